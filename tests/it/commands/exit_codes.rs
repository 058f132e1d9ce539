//! The documented exit codes, each with what is said. 4 is in `verify`.

use crate::support::Place;

#[test]
fn code_0_is_done_and_1_is_a_check_that_does_not_pass() {
    let course = Place::course();
    course.expect(0, ["list"]);
    course
        .expect(0, ["--help"])
        .says("Exit codes: 0 all asked-for");
    course
        .expect(0, ["--version"])
        .says(env!("CARGO_PKG_VERSION"));
    for arguments in [["run", "add_up"], ["verify", "add_up"]] {
        course.expect(1, arguments);
    }
}

#[test]
fn code_2_is_a_wrong_command_line_and_the_text_helps() {
    let course = Place::course();
    let check = |arguments: &[&str], says: &str| {
        let ran = course.expect(2, arguments);
        ran.complains(says);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    };
    let unknown = "find an exercise `ad_up`; did you mean `add_up`?";
    for command in [
        "run", "show", "hint", "skip", "reset", "diff", "solution", "debrief",
    ] {
        check(&[command, "ad_up"], unknown);
    }
    check(&["verify", "add_up", "ad_up"], unknown);
    check(&["watch", "ad_up"], unknown);
    check(&["run", "qqqqqqqq"], "`workbook list` shows all");
    check(&["run", "long_gone"], "find an exercise `long_gone`");
    for command in ["verify", "list"] {
        check(
            &[command, "--week", "5"],
            "find a week `5`; the course has week1, week2",
        );
    }
    check(
        &["notes", "5"],
        "find a week `5`; the course has week1, week2",
    );
    check(
        &["list", "--frobnicate"],
        "unexpected argument '--frobnicate'",
    );
    check(&["lst"], "unrecognized subcommand 'lst'");
    check(&["lst"], "'list'");
    check(
        &["list", "--state", "done"],
        "possible values: open, passed",
    );
    check(&["verify", "--time-limit", "0"], "0 is not in 1..");
    check(&["-C", "..", "next"], "make one with `workbook init`");
}

#[test]
fn code_2_is_a_course_that_is_wrong_too() {
    let course = Place::course();
    course.replace("exercises/basics/greet/exercise.toml", "minutes", "minuets");
    for command in ["next", "list", "verify"] {
        course
            .expect(2, [command])
            .complains("minuets")
            .complains("exercises/basics/greet/exercise.toml:3");
    }
}

#[cfg(unix)]
#[test]
fn code_3_is_a_machine_that_can_not_judge() {
    let course = Place::course();
    let rustc = super::real_rustc();
    let nothing = super::programs(&course, "nothing", &[]);
    let no_cargo = super::programs(&course, "no_cargo", &[("rustc", &rustc)]);
    let broken = super::programs(
        &course,
        "broken",
        &[("rustc", "echo no toolchain >&2; exit 1")],
    );
    for (path, says) in [
        (nothing, "failed to run `rustc`; install Rust"),
        (no_cargo, "failed to run `cargo`; install Rust"),
        (
            broken,
            "failed to ask `rustc` for its version: no toolchain",
        ),
    ] {
        for arguments in [
            ["next", "--color=never"],
            ["verify", "add_up"],
            ["run", "greet"],
        ] {
            let mut command = course.command();
            command.args(arguments).env("PATH", &path);
            let output = command.output().expect("the program can be started");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{stderr}");
            assert!(stderr.contains(says), "expected `{says}` in:\n{stderr}");
        }
    }
    // None of this says anything of the learner's files.
    let journal = course.journal();
    let verdicts = journal.iter().filter(|entry| entry["event"] == "verdict");
    assert_eq!(verdicts.count(), 0);
}

#[cfg(unix)]
mod signals {
    use rustix::process::Signal;

    use crate::running::{Running, assert_gone, eventually, hanging_greet, written_pids};
    use crate::support::Place;

    /// Starts the program on an exercise that hangs for as long as it may; returns the ids of the
    /// exercise's processes.
    fn start_hanging(course: &Place, arguments: &[&str]) -> (Running, Vec<i32>) {
        let pids = course.path("pids");
        course.write("exercises/basics/greet/src/lib.rs", hanging_greet(&pids));
        let manifest = "exercises/basics/greet/exercise.toml";
        course.write(
            manifest,
            course.read(manifest) + "\n[limits]\ntest_seconds = 600\n",
        );
        let mut command = course.command();
        command.args(arguments);
        let running = Running::start(command);
        let pids = written_pids(&pids);
        (running, pids)
    }

    #[test]
    fn code_130_is_an_interruption_and_no_process_is_left() {
        for (signal, arguments) in [
            (Signal::INT, ["run", "greet"].as_slice()),
            (Signal::TERM, &["verify", "greet", "--json"]),
            (Signal::HUP, &["next", "--track", "short"]),
        ] {
            let course = Place::course();
            let (mut running, pids) = start_hanging(&course, arguments);
            running.signal(signal);
            assert_eq!(running.end(), Some(130), "{arguments:?}");
            assert_gone(&pids);
            let said = running.take_seen();
            assert!(said.ends_with("interrupted"), "{said}");
            assert!(!said.contains("error"), "{said}");
            // To be interrupted is no failure of the learner's.
            let journal = course.journal();
            assert!(journal.iter().all(|entry| entry["event"] != "verdict"));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn grading_that_is_interrupted_while_cargo_builds_leaves_no_cargo() {
        let course = Place::course();
        course.write("submissions/ann/add_up/src/lib.rs", "");
        let pids = course.path("pids");
        // A cargo that never ends, and has a child that does not either.
        let cargo = format!(
            "#!/bin/sh\nsleep 600 &\necho $$ $! >'{0}.new' && mv '{0}.new' '{0}'\nwait\n",
            pids.display()
        );
        course.write("bin/cargo", cargo);
        let path = course.path("bin/cargo");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode).expect("it is ours");
        let old = std::env::var("PATH").expect("there is a PATH");
        let mut command = course.command();
        command.env("PATH", format!("{}:{old}", course.path("bin").display()));
        command.args([
            "grade",
            "run",
            "--submissions",
            "submissions",
            "--out",
            "out",
        ]);
        let mut running = Running::start(command);
        let pids = written_pids(&pids);
        running.signal(Signal::TERM);
        assert_eq!(running.end(), Some(130));
        assert_gone(&pids);
    }

    #[test]
    fn a_pass_is_recorded_the_moment_it_is_known() {
        let course = Place::course();
        course.solve("add_up");
        let (mut running, pids) = start_hanging(&course, &["verify", "add_up", "greet"]);
        let recorded = eventually("the pass is recorded", || {
            // Half a line may be there at the moment.
            let journal = std::fs::read_to_string(course.path(".workbook/journal.jsonl")).ok()?;
            journal.ends_with('\n').then(|| course.journal())
        });
        assert_eq!(recorded.len(), 1, "{recorded:?}");
        assert_eq!(recorded[0]["exercise"], "add_up");
        assert_eq!(recorded[0]["outcome"], "passed");
        running.signal(Signal::INT);
        assert_eq!(running.end(), Some(130));
        assert_gone(&pids);
        assert_eq!(course.journal().len(), 1, "recorded once");
    }
}
