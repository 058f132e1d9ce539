//! Each way in which code can go wrong is told apart, in words and in JSON, and nothing that code does
//! keeps the program from saying so.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::support::{Place, Ran};

const LIB: &str = "exercises/basics/add_up/src/lib.rs";
const TESTS: &str = "exercises/basics/add_up/tests/checks.rs";
const RIGHT: &str = "a + b";

/// A course in which a test of `add_up` may take a second and print 4 KiB. Only for tests that do not end:
/// on a busy machine any other can take that long.
fn impatient_course() -> Place {
    let course = Place::course();
    let manifest = "exercises/basics/add_up/exercise.toml";
    let limits = "\n[limits]\ntest_seconds = 1\noutput_kib = 4\n";
    course.write(manifest, course.read(manifest) + limits);
    course
}

/// Gives `add` this body.
fn write_body(course: &Place, body: &str) {
    course.write(
        LIB,
        format!("pub fn add(a: u32, b: u32) -> u32 {{\n    {body}\n}}\n"),
    );
}

/// The verdict of `run ID --json`.
#[track_caller]
fn verdict(course: &Place, id: &str, code: i32) -> Value {
    course.expect(code, ["run", id, "--json"]).json()["verdict"].take()
}

/// The state of one check.
#[track_caller]
fn state(verdict: &Value, check: &str) -> Value {
    let checks = verdict["checks"].as_array().expect("checks are a list");
    let found = checks.iter().find(|found| found["id"] == check);
    found.unwrap_or_else(|| panic!("no check {check} in {verdict:#}"))["state"].clone()
}

/// How one check failed.
#[track_caller]
fn failure(verdict: &Value, check: &str) -> Value {
    let state = state(verdict, check);
    assert_eq!(state["state"], "failed", "{check}: {state:#}");
    state["failure"].clone()
}

fn add_up(course: &Place) -> Ran {
    course.expect(1, ["run", "add_up"])
}

/// Expects this failure of `adds_two_numbers`, and this text.
#[track_caller]
fn check_failure(course: &Place, body: &str, expected: &Value, text: &str) {
    write_body(course, body);
    let found = failure(&verdict(course, "add_up", 1), "checks::adds_two_numbers");
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(found[key], *value, "{body}: {found:#}");
    }
    add_up(course).says(text);
}

#[test]
fn the_ways_to_fail_are_told_apart() {
    let course = Place::course();
    let check = |body: &str, expected: Value, text: &str| {
        check_failure(&course, body, &expected, text);
    };
    check(
        "panic!(\"ouch {}\", a + b)",
        json!({ "how": "assertion" }),
        "ouch 4",
    );
    check("a * b + 1", json!({ "how": "assertion" }), "left: 5");
    for code in [0, 3] {
        check(
            &format!("std::process::exit({code})"),
            json!({ "how": "early_exit", "code": code }),
            &format!("the process ended before the test did (exit code {code})"),
        );
    }
}

#[cfg(unix)]
#[test]
fn the_ways_to_crash_are_told_apart() {
    let course = Place::course();
    let check = |body: &str, signal: i32, text: &str| {
        let expected = json!({ "how": "crashed", "signal": signal });
        check_failure(&course, body, &expected, text);
    };
    check(
        "fn f(n: u64) -> u64 { if n == 0 { 0 } else { 1 + f(std::hint::black_box(n + 1)) } }\n    \
         f(1) as u32 + a + b",
        6,
        "the stack overflowed; look for recursion without an end",
    );
    check("std::process::abort()", 6, "crashed: it aborted");
    check(
        "Vec::<u8>::with_capacity(isize::MAX as usize).len() as u32 + a + b",
        6,
        "it asked for more memory than there is",
    );
    check(
        "unsafe { std::ptr::without_provenance_mut::<u32>(8).write_volatile(a) }; a + b",
        11,
        "it touched memory that is not its own (signal 11)",
    );
}

#[test]
fn a_test_that_does_not_end_is_ended_and_called_that() {
    let course = impatient_course();
    for body in [
        "loop { std::hint::spin_loop() }",
        "loop { std::thread::park() }",
    ] {
        check_failure(
            &course,
            body,
            &json!({ "how": "timed_out", "after_ms": 1000 }),
            "had not ended after 1 s: likely a deadlock, an endless loop",
        );
    }
}

#[test]
fn the_first_error_of_the_compiler_is_shown_with_its_place_in_the_desk() {
    let desk = Place::desk();
    write_body(&desk, "a + bb + cc");
    let verdict = verdict(&desk, "add_up", 1);
    let errors = failure(&verdict, "build")["errors"].take();
    let errors = errors.as_array().expect("errors are a list");
    assert_eq!(errors.len(), 2, "{verdict:#}");
    let first = errors[0].as_str().expect("an error is a text");
    assert!(first.starts_with("error[E0425]: cannot find value `bb`"));
    assert!(
        first.contains("--> exercises/basics/add_up/src/lib.rs:2:9\n"),
        "{first}"
    );
    assert!(!first.contains('\x1b'), "{first:?}");
    for check in ["checks::adds_two_numbers", "checks::adds_nothing"] {
        let why = "the code does not build";
        assert_eq!(
            state(&verdict, check),
            json!({ "state": "not_run", "why": why })
        );
    }

    let ran = add_up(&desk);
    ran.says("The code does not build:\nerror[E0425]: cannot find value `bb` in this scope");
    ran.says("--> exercises/basics/add_up/src/lib.rs:2:9");
    ran.says("1 more error after this one");
    assert!(
        !ran.stdout.contains("cannot find value `cc`"),
        "{}",
        ran.all()
    );
}

#[test]
fn a_changed_signature_is_told_from_code_that_does_not_build() {
    let course = Place::course();
    course.write(LIB, "pub fn add(_: &str, b: u32) -> u32 { b }\n");
    let verdict = verdict(&course, "add_up", 1);
    assert_eq!(state(&verdict, "build")["state"], "passed");
    for check in ["checks::adds_two_numbers", "checks::adds_nothing"] {
        let failure = failure(&verdict, check);
        assert_eq!(failure["how"], "tests_do_not_build");
        assert_eq!(failure["target"], "checks");
    }
    let ran = add_up(&course);
    ran.says("`tests/checks.rs` no longer builds against your code: a public name or signature");
    ran.says("--> exercises/basics/add_up/tests/checks.rs:5:20");
}

#[test]
fn a_warning_is_no_failure_and_is_shown_on_request() {
    let course = Place::course();
    write_body(&course, "let spare = 1; a + b");
    assert_eq!(
        verdict(&course, "add_up", 0)["warnings"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let brief = course.expect(0, ["run", "add_up"]);
    brief.says("1 compiler warning; see `workbook run add_up --verbose`");
    assert!(!brief.stdout.contains("unused variable"), "{}", brief.all());
    course
        .expect(0, ["run", "add_up", "--verbose"])
        .says("unused variable: `spare`");
}

/// Regression: standard output was taken for the harness's word.
#[test]
fn a_printed_result_is_no_result() {
    let course = Place::course();
    let result = "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; \
                  finished in 0.00s";
    for body in [
        format!("println!(\".\\n\\n{result}\\n\"); std::process::exit(0)"),
        format!(
            "use std::io::Write as _; let mut out = std::io::stdout();\n    \
             out.write_all(b\".\\n\\n{result}\\n\\n\").unwrap(); out.flush().unwrap(); std::process::exit(0)"
        ),
    ] {
        write_body(&course, &body);
        let verdict = verdict(&course, "add_up", 1);
        for check in ["checks::adds_two_numbers", "checks::adds_nothing"] {
            assert_eq!(failure(&verdict, check)["how"], "early_exit", "{verdict:#}");
        }
    }
    course.expect(1, ["verify", "add_up"]);
    let passed = course
        .journal()
        .into_iter()
        .any(|entry| entry["outcome"] == "passed");
    assert!(!passed, "{:#?}", course.journal());
}

/// Regression: the harness's closing line had to be the last.
#[cfg(target_os = "linux")]
#[test]
fn what_is_printed_after_the_harness_has_ended_hides_no_result() {
    let course = Place::course();
    write_body(
        &course,
        "let noise = std::process::Command::new(\"yes\").spawn().unwrap();\n    \
         let name = format!(\"/proc/{}/comm\", noise.id());\n    \
         while !std::fs::read_to_string(&name).unwrap().starts_with(\"yes\") {}\n    \
         a + b",
    );
    let verdict = verdict(&course, "add_up", 0);
    for check in ["checks::adds_two_numbers", "checks::adds_nothing"] {
        assert_eq!(state(&verdict, check)["state"], "passed");
    }
}

#[test]
fn tests_that_are_not_those_of_the_course_do_not_count() {
    let course = Place::course();
    let tests = course.read(TESTS);
    write_body(&course, RIGHT);
    let check = |text: &str, how: &str, words: &str| {
        course.write(TESTS, text);
        let verdict = verdict(&course, "add_up", 1);
        assert_eq!(failure(&verdict, "checks::adds_nothing")["how"], how);
        add_up(&course).says(words);
        verdict
    };
    let ignored = tests.replace("fn adds_nothing", "#[ignore]\nfn adds_nothing");
    let verdict_of_ignored = check(&ignored, "ignored", "adds_nothing is marked #[ignore]");
    let other = state(&verdict_of_ignored, "checks::adds_two_numbers");
    assert_eq!(other["state"], "passed");

    let missing = "adds_nothing is expected by the course and is not there";
    check(
        &tests.replace("adds_nothing", "adds_zero"),
        "missing",
        missing,
    );
    let missing = "adds_two_numbers is expected by the course and is not there";
    check(&tests.replace("#[test]", ""), "missing", missing);
    check("", "missing", missing);
    std::fs::remove_file(course.path(TESTS)).expect("the file was there");
    let verdict_of_none = verdict(&course, "add_up", 1);
    assert_eq!(
        failure(&verdict_of_none, "checks::adds_nothing")["how"],
        "missing"
    );

    // One more is the author's own business, until the course names it.
    course.write(
        TESTS,
        tests + "\n#[test]\nfn extra() {\n    panic!(\"extra\");\n}\n",
    );
    let verdict = verdict(&course, "add_up", 0);
    assert_eq!(
        verdict["checks"].as_array().map(Vec::len),
        Some(3),
        "{verdict:#}"
    );
}

#[test]
fn output_that_is_not_utf_8_is_shown_as_far_as_it_is() {
    let course = Place::course();
    write_body(
        &course,
        "use std::io::Write as _;\n    std::io::stdout().write_all(b\"caf\\xe9 \\xff\\xfe\\n\").unwrap(); a * b + 7",
    );
    let verdict = verdict(&course, "add_up", 1);
    let output = failure(&verdict, "checks::adds_two_numbers")["output"].take();
    assert_eq!(output["stdout"], "caf\u{fffd} \u{fffd}\u{fffd}");
    add_up(&course).says("caf\u{fffd} \u{fffd}\u{fffd}");
}

#[test]
fn of_endless_output_the_start_and_the_end_are_kept() {
    let course = impatient_course();
    write_body(
        &course,
        "println!(\"the first line\"); loop { println!(\"{}\", \"spam \".repeat(20)) }",
    );
    let ran = course.expect(1, ["run", "add_up", "--json"]);
    let verdict = ran.json()["verdict"].take();
    let failure = failure(&verdict, "checks::adds_two_numbers");
    assert_eq!(failure["how"], "timed_out");
    let kept = failure["output"]["stdout"].as_str().expect("a text");
    assert!(kept.starts_with("the first line\n"), "{kept}");
    assert!(kept.contains(" bytes left out …\n"), "{kept}");
    assert!(kept.len() < 5 * 1024, "{} bytes of 4 KiB", kept.len());
    // Two tests, each with at most 4 KiB, and the rest of the document.
    assert!(ran.stdout.len() < 16 * 1024, "{} bytes", ran.stdout.len());
    let shown = add_up(&course);
    shown.says("had not ended after 1 s");
    assert!(shown.stdout.lines().count() < 60, "{}", shown.all());
}

#[test]
fn control_characters_of_a_test_do_not_reach_the_terminal() {
    let course = Place::course();
    write_body(
        &course,
        "println!(\"\\x1b[2J\\x1b]0;owned\\x07out\\rover\\u{9b}31m\"); eprintln!(\"\\x1b[?25lerr\");\n    \
         panic!(\"\\x1b[1;1Hbad\\x08\")",
    );
    for arguments in [
        &["run", "add_up", "--color", "always"][..],
        &["verify", "add_up", "--color", "always", "--verbose"],
        &["verify", "add_up", "--fresh", "--format", "junit"],
    ] {
        let ran = course.expect(1, arguments);
        for sequence in [
            "\x1b[2J",
            "\x1b]0;",
            "\x07",
            "\r",
            "\u{9b}",
            "\x1b[?25l",
            "\x1b[1;1H",
            "\x08",
        ] {
            assert!(
                !ran.stdout.contains(sequence) && !ran.stderr.contains(sequence),
                "{arguments:?} let {sequence:?} through: {:?}",
                ran.stdout
            );
        }
        ran.says("bad");
    }
    // Nor do those of a source that the compiler quotes.
    write_body(&course, "a + bb // \x1b[2J\x1b]0;owned\x07");
    let ran = course.expect(1, ["run", "add_up", "--color", "always"]);
    ran.says("cannot find value `bb`");
    assert!(!ran.stdout.contains("\x1b[2J"), "{:?}", ran.stdout);
    assert!(!ran.stdout.contains("\x1b]0;"), "{:?}", ran.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_a_test_leaves_behind_is_ended_and_counted() {
    let course = Place::course();
    for program in [
        "std::process::Command::new(\"sleep\").arg(\"1000\")",
        // In a session of its own, and with our pipe open.
        "std::process::Command::new(\"setsid\").args([\"sleep\", \"1000\"])",
    ] {
        write_body(
            &course,
            &format!(
                "let id = {program}.spawn().unwrap().id();\n    \
                 let name = format!(\"/proc/{{id}}/comm\");\n    \
                 while !std::fs::read_to_string(&name).unwrap().starts_with(\"sleep\") {{}}\n    \
                 println!(\"left {{id}}\"); a * b + 1"
            ),
        );
        let verdict = verdict(&course, "add_up", 1);
        for check in ["checks::adds_two_numbers", "checks::adds_nothing"] {
            let failure = failure(&verdict, check);
            assert_eq!(failure["how"], "assertion", "{failure:#}");
            assert_eq!(failure["output"]["left_behind"], 1, "{failure:#}");
            let printed = failure["output"]["stdout"].as_str().expect("a text");
            let id = printed
                .strip_prefix("left ")
                .expect("the process's id")
                .trim();
            let name = std::fs::read_to_string(Path::new("/proc").join(id).join("comm"));
            assert_ne!(name.ok().as_deref(), Some("sleep\n"), "{program}");
        }
        add_up(&course).says("1 process it had started and left behind; ended now");
    }
}

#[test]
fn a_deleted_file_is_not_run_and_the_advice_brings_it_back() {
    let desk = Place::desk();
    let starter = desk.read(LIB);
    std::fs::remove_file(desk.path(LIB)).expect("the file was there");
    let outcome = verdict(&desk, "add_up", 1)["outcome"].take();
    assert_eq!(outcome["state"], "not_run");
    let why = format!("`{LIB}` is not there; `workbook reset add_up` brings the starter back");
    assert_eq!(outcome["why"], why);
    add_up(&desk).says(&why);
    desk.expect(1, ["verify", "add_up"]).says(&why);
    assert!(desk.journal().is_empty(), "{:?}", desk.journal());

    desk.expect(0, ["reset", "add_up"]);
    assert_eq!(desk.read(LIB), starter);
    assert_eq!(verdict(&desk, "add_up", 1)["outcome"]["state"], "failed");
}

#[test]
fn a_source_that_is_not_utf_8_is_a_build_error_and_windows_line_ends_are_none() {
    let course = Place::course();
    course.write(
        LIB,
        b"pub fn add(a: u32, b: u32) -> u32 { a + b } // caf\xe9\n",
    );
    let failure = failure(&verdict(&course, "add_up", 1), "build");
    let error = failure["errors"][0].as_str().expect("a text");
    assert!(
        error.contains("exercises/basics/add_up/src/lib.rs:1:51"),
        "{error}"
    );
    assert!(error.contains("valid utf-8"), "{error}");
    course.write(
        LIB,
        "\u{feff}pub fn add(a: u32, b: u32) -> u32 {\r\n    a + b\r\n}\r\n",
    );
    course.expect(0, ["run", "add_up"]);
}

/// Regression: where one exercise could not be read, only the last stage of a project was judged.
#[test]
fn a_broken_package_of_one_exercise_keeps_no_other_from_being_judged() {
    let course = Place::course();
    write_body(&course, RIGHT);
    course.write(
        "builder/src/lib.rs",
        "pub fn floor() -> u32 {\n    1\n}\n\npub fn wall() -> u32 {\n    0\n}\n",
    );
    course.write("exercises/basics/greet/Cargo.toml", "[package\n");
    course.expect(0, ["run", "add_up"]);

    let results = course.expect(3, ["verify", "--fresh", "--json"]).json();
    let states: Vec<(&str, &str)> = results["results"]
        .as_array()
        .expect("results are a list")
        .iter()
        .map(|result| {
            let state = result["verdict"]["outcome"]["state"].as_str();
            (
                result["exercise"].as_str().expect("an id"),
                state.expect("a state"),
            )
        })
        .collect();
    let expected = [
        ("add_up", "passed"),
        ("greet", "could_not_judge"),
        ("tally", "failed"),
        ("lay_floor", "passed"),
        ("raise_wall", "failed"),
    ];
    assert_eq!(states, expected);

    let outcome = verdict(&course, "greet", 3)["outcome"].take();
    assert_eq!(outcome["state"], "could_not_judge");
    let why = outcome["why"].as_str().expect("a text");
    assert!(
        why.contains("--> exercises/basics/greet/Cargo.toml:1:"),
        "{why}"
    );
    // Nothing was found out about the learner's files.
    let recorded = course.journal();
    assert!(
        recorded.iter().all(|entry| entry["exercise"] != "greet"),
        "{recorded:#?}"
    );
}

#[test]
fn a_figure_is_over_its_budget_or_within_it_or_was_not_reported() {
    let course = Place::course();
    let lib = "exercises/basics/tally/src/lib.rs";
    let tests = "exercises/basics/tally/tests/checks.rs";
    let over = failure(&verdict(&course, "tally", 1), "budget::steps");
    assert_eq!(over["how"], "over_budget");
    let ran = course.expect(1, ["run", "tally"]);
    ran.says("it takes few steps  1,000 steps; budget 10, starter 1,000, reference 1");
    ran.says("Over the budget: 1,000 steps, and at most 10 are allowed. The reference needs 1.");

    // The limit itself is within.
    for (steps, code) in [(10, 0), (11, 1), (0, 0)] {
        let body =
            format!("pub fn tally(n: u64) -> (u64, u64) {{\n    (n * (n + 1) / 2, {steps})\n}}\n");
        course.write(lib, body);
        let verdict = verdict(&course, "tally", code);
        let expected = if code == 0 { "passed" } else { "failed" };
        assert_eq!(
            state(&verdict, "budget::steps")["state"],
            expected,
            "{steps}"
        );
    }

    course.write(
        lib,
        "pub fn tally(_: u64) -> (u64, u64) {\n    panic!(\"no\")\n}\n",
    );
    let not_reached = state(&verdict(&course, "tally", 1), "budget::steps");
    assert_eq!(not_reached["state"], "not_run");
    assert_eq!(
        not_reached["why"],
        "the test that measures it did not get there"
    );

    course.solve("tally");
    course.replace(tests, "\"steps\\t", "\"strides\\t");
    let never = failure(&verdict(&course, "tally", 1), "budget::steps");
    assert_eq!(never["how"], "never_reported");
    course
        .expect(1, ["run", "tally"])
        .says("No test reported a figure for `steps`.");
}

#[test]
fn an_edit_is_noticed_whatever_the_file_s_time_says() {
    let course = Place::course();
    let path = course.path(LIB);
    let set_time = |time: SystemTime| {
        let file = File::options()
            .write(true)
            .open(&path)
            .expect("the file is there");
        file.set_modified(time).expect("times can be set");
    };
    let year = Duration::from_hours(365 * 24);
    let now = SystemTime::now();
    write_body(&course, RIGHT);
    set_time(now);
    course.expect(0, ["run", "add_up"]);
    // As long as the other, and as old.
    for time in [now, now + year, now - 30 * year] {
        write_body(&course, "a * b + 1");
        set_time(time);
        // Not from the record, and not from what cargo built before.
        course.expect(1, ["verify", "add_up"]);
        course.expect(1, ["run", "add_up"]).says("left: 5");
        write_body(&course, "a + b * 1");
        set_time(time);
        course.expect(0, ["run", "add_up"]);
        course
            .expect(0, ["verify", "add_up"])
            .says("1 of them unchanged since they did");
    }
}

#[test]
fn two_runners_at_once_are_both_right() {
    let course = Place::course();
    for id in ["add_up", "tally"] {
        course.solve(id);
    }
    course.write(
        "builder/src/lib.rs",
        "pub fn floor() -> u32 {\n    1\n}\n\npub fn wall() -> u32 {\n    1\n}\n",
    );
    let start = || {
        let mut command = course.command();
        command.args(["verify", "--json"]);
        command.stdout(std::process::Stdio::piped());
        command.stderr(std::process::Stdio::piped());
        command.spawn().expect("the program can be started")
    };
    for runner in [start(), start()] {
        let output = runner.wait_with_output().expect("the program ends");
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        assert_eq!(output.status.code(), Some(1), "{text}");
        let results: Value = serde_json::from_str(&text).expect("a JSON document");
        let failed: Vec<&Value> = results["results"]
            .as_array()
            .expect("results are a list")
            .iter()
            .filter(|result| result["passed"] == false)
            .map(|result| &result["exercise"])
            .collect();
        assert_eq!(failed, ["greet"], "{text}");
    }
    course
        .expect(1, ["verify"])
        .says("4 of 5 exercises pass, 4 of them unchanged");
}

/// Regression: only processes with their test's mark in the environment were found.
#[cfg(target_os = "linux")]
#[test]
fn a_process_that_hides_from_its_test_does_not_outlive_the_run() {
    let course = Place::course();
    write_body(
        &course,
        "let pids = |name: &str| -> Vec<String> {
        std::fs::read_dir(\"/proc\").unwrap().flatten().filter_map(|entry| {
            let path = entry.path();
            let comm = std::fs::read_to_string(path.join(\"comm\")).ok()?;
            (comm.trim() == name).then(|| path.file_name().unwrap().to_string_lossy().into_owned())
        }).collect()
    };
    // In a session of its own, with nothing in its environment and none of our pipes.
    std::process::Command::new(\"sh\")
        .args([\"-c\", \"setsid env -i sleep 1234 </dev/null >/dev/null 2>&1 & sleep 0\"])
        .status().unwrap();
    let mine = |pid: &String| {
        let cmdline = std::fs::read(format!(\"/proc/{pid}/cmdline\")).unwrap_or_default();
        let environ = std::fs::read(format!(\"/proc/{pid}/environ\"));
        cmdline == b\"sleep\\x001234\\0\" && environ.is_ok_and(|environ| environ.is_empty())
    };
    let hidden = loop {
        if let Some(pid) = pids(\"sleep\").into_iter().find(mine) { break pid }
    };
    println!(\"hidden {hidden}\"); a * b + 1",
    );
    let verdict = verdict(&course, "add_up", 1);
    let failure = failure(&verdict, "checks::adds_two_numbers");
    let printed = failure["output"]["stdout"].as_str().expect("a text");
    let id = printed.strip_prefix("hidden ").expect("the process's id");
    let name = std::fs::read_to_string(Path::new("/proc").join(id.trim()).join("comm"));
    assert_ne!(name.ok().as_deref(), Some("sleep\n"));
}
