//! The same promises, with faults together and on other occasions.

use pipeline_yaml::{Fault, Occasion, Outcome, Workflow, run};

const FAULTS: [Fault; 5] = [
    Fault::Unformatted,
    Fault::Warning,
    Fault::Test,
    Fault::Advisory,
    Fault::Image,
];

fn outcome(event: &'static str, git_ref: &'static str, faults: &[Fault]) -> Outcome {
    let workflow =
        Workflow::read(include_str!("../ci.yml")).unwrap_or_else(|problem| panic!("{problem}"));
    let occasion = Occasion {
        event,
        git_ref,
        faults: faults.to_vec(),
    };
    run(&workflow, &occasion).unwrap_or_else(|problem| panic!("{problem}"))
}

#[test]
fn any_two_faults_stop_it() {
    for one in FAULTS {
        for other in FAULTS {
            let outcome = outcome("push", "refs/heads/main", &[one, other]);
            assert!(
                !outcome.green && !outcome.ran("./image.sh push") && !outcome.ran("./deploy.sh"),
                "{one:?} and {other:?}: {outcome:#?}"
            );
        }
    }
}

#[test]
fn a_pull_request_is_red_for_each_fault() {
    for fault in &FAULTS[..4] {
        let outcome = outcome("pull_request", "refs/pull/9/merge", &[*fault]);
        assert!(
            !outcome.green,
            "{fault:?} makes a pull request red: {outcome:#?}"
        );
    }
}

#[test]
fn a_deploy_that_fails_is_red() {
    let outcome = outcome("push", "refs/heads/main", &[Fault::Deploy]);
    assert!(outcome.ran("./deploy.sh"), "it was tried: {outcome:#?}");
    assert!(!outcome.green, "a deploy that failed is told: {outcome:#?}");
}

#[test]
fn no_gate_waits_for_another() {
    let outcome = outcome("pull_request", "refs/pull/9/merge", &FAULTS);
    for gate in [
        "cargo fmt --check",
        "cargo clippy",
        "cargo test",
        "cargo deny check",
    ] {
        let alone = gate == "cargo clippy";
        assert!(
            alone || outcome.ran(gate),
            "one push tells of all that is wrong: `{gate}` runs also where others fail: {outcome:#?}"
        );
    }
}
