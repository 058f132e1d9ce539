//! Lets one thing go wrong at a time, and looks at what the workflow does.

use pipeline_yaml::{Fault, Occasion, Outcome, Step, Workflow, run};

const MAIN: &str = "refs/heads/main";
const GATES: [&str; 4] = [
    "cargo fmt --check",
    "cargo clippy",
    "cargo test",
    "cargo deny check",
];

fn workflow() -> Workflow {
    Workflow::read(include_str!("../ci.yml")).unwrap_or_else(|problem| panic!("{problem}"))
}

fn outcome(event: &'static str, git_ref: &'static str, faults: &[Fault]) -> Outcome {
    let occasion = Occasion {
        event,
        git_ref,
        faults: faults.to_vec(),
    };
    run(&workflow(), &occasion).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A push to main with a fault: nothing of it gets out, and the run is red.
fn stops(fault: Fault, gate: &str, why: &str) {
    let outcome = outcome("push", MAIN, &[fault]);
    assert!(
        outcome.ran(gate),
        "`{gate}` has to run: {:#?}",
        outcome.commands
    );
    for way_out in ["./image.sh push", "./deploy.sh"] {
        assert!(
            !outcome.ran(way_out),
            "{fault:?}: `{way_out}` runs all the same. {why}. What ran: {:#?}",
            outcome.commands
        );
    }
    assert!(
        !outcome.green,
        "{fault:?}: nothing is deployed, and the run is green all the same, so nobody looks. {why}"
    );
}

#[test]
fn a_commit_without_faults_is_deployed() {
    let outcome = outcome("push", MAIN, &[]);
    assert!(outcome.green, "nothing is wrong, so the run passes");
    for command in GATES
        .iter()
        .chain(&["./image.sh build", "./image.sh push", "./deploy.sh"])
    {
        let times = outcome.times(command);
        let least_once = GATES.contains(command) && times > 1;
        assert!(
            times == 1 || least_once,
            "a push to main that has no faults runs `{command}` once, and not {times} times: {:#?}",
            outcome.commands
        );
    }
    let at = |command: &str| {
        outcome
            .commands
            .iter()
            .position(|one| one.starts_with(command))
    };
    assert!(
        at("./image.sh build") < at("./image.sh push") && at("./image.sh push") < at("./deploy.sh"),
        "built, then pushed, then deployed: {:#?}",
        outcome.commands
    );
}

#[test]
fn a_failing_test_stops_it() {
    stops(
        Fault::Test,
        "cargo test",
        "A pipe ends as its last command does, here `tee`, unless the shell has `pipefail`; and a job that may fail is \
         a success to whoever needs it",
    );
}

#[test]
fn a_warning_stops_it() {
    stops(
        Fault::Warning,
        "cargo clippy",
        "clippy ends with 0 after warnings unless it is told `-- -D warnings`, itself or in `RUSTFLAGS`, and `|| true` makes any failure a success",
    );
}

#[test]
fn an_unformatted_file_stops_it() {
    stops(
        Fault::Unformatted,
        "cargo fmt",
        "`cargo fmt` repairs the file on a machine that is thrown away; `--check` complains",
    );
}

#[test]
fn an_advisory_stops_it() {
    stops(
        Fault::Advisory,
        "cargo deny check",
        "a step that may fail fails in silence; and `bash -e` does not end where something fails before `&&`",
    );
}

#[test]
fn an_image_that_does_not_build_stops_it() {
    stops(
        Fault::Image,
        "./image.sh build",
        "`always()` means also after a failure, and without it a job waits for `needs` to succeed",
    );
}

#[test]
fn only_main_gets_out() {
    for (event, git_ref) in [
        ("push", "refs/heads/try-it"),
        ("pull_request", "refs/pull/7/merge"),
    ] {
        let outcome = outcome(event, git_ref, &[]);
        assert!(
            !outcome.ran("./image.sh push") && !outcome.ran("./deploy.sh"),
            "{event} of {git_ref}: what is not on main stays here: {:#?}",
            outcome.commands
        );
    }
    let outcome = outcome("pull_request", "refs/pull/7/merge", &[]);
    for gate in GATES {
        assert!(
            outcome.ran(gate),
            "`{gate}` runs for a pull request: afterwards is too late"
        );
    }
}

#[test]
fn a_failing_test_is_reported() {
    let outcome = outcome("pull_request", "refs/pull/7/merge", &[Fault::Test]);
    assert!(
        outcome.ran("./report.sh test.log"),
        "the report of the tests is wanted above all when they fail: {:#?}",
        outcome.commands
    );
    assert!(!outcome.green, "and the run is red");
}

#[test]
fn what_others_wrote_is_pinned() {
    let known: Vec<&str> = include_str!("../actions.txt").lines().collect();
    for job in &workflow().jobs {
        for uses in job.steps.iter().filter_map(|step| step.uses.as_deref()) {
            assert!(
                known.contains(&uses),
                "job `{}`: `{uses}` is no action with a commit of actions.txt. It runs with the job's token, and tomorrow \
                 the tag may be another program",
                job.name
            );
        }
        let asks = |step: &Step| {
            step.run
                .as_ref()
                .is_some_and(|run| run.contains("cargo ") || run.contains("./"))
        };
        let fetches = |step: &Step| {
            step.uses
                .as_ref()
                .is_some_and(|uses| uses.starts_with("house/checkout@"))
        };
        let first = job.steps.iter().position(asks);
        assert!(
            first.is_none_or(|first| job.steps[..first].iter().any(fetches)),
            "job `{}`: `house/checkout` comes before the first command. Each job begins on an empty machine, and an action \
             that is left out is no action that is pinned",
            job.name
        );
    }
}

#[test]
fn a_job_may_do_and_take_what_it_needs() {
    let workflow = workflow();
    let top = &workflow.document["permissions"];
    assert_eq!(
        top["contents"].as_str(),
        Some("read"),
        "`permissions` of the whole file: `contents: read`. Without them every job's token has the default of the \
         organisation or repository, which may be to write nearly everything, a test's build script included"
    );
    assert_eq!(
        top.as_hash().map(|all| all.len()),
        Some(1),
        "`permissions` of the whole file are that and no more: what is said there every job may do, the one that runs the \
         tests included. A job that needs more says so itself"
    );
    for job in &workflow.jobs {
        let deploys = |step: &Step| {
            step.run
                .as_ref()
                .is_some_and(|run| run.contains("./image.sh push") || run.contains("./deploy.sh"))
        };
        let writes = format!("{:?}", job.permissions).contains("write");
        assert!(
            !writes || job.steps.iter().any(deploys),
            "job `{}` may write, and neither pushes nor deploys",
            job.name
        );
        assert!(
            job.minutes
                .is_some_and(|minutes| (1..=60).contains(&minutes)),
            "job `{}`: `timeout-minutes` of at most 60; a test that hangs has 6 hours otherwise",
            job.name
        );
    }
}
