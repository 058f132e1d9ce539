//! Each way to spoil a good exercise is refused, with the reason.

use crate::support::Place;

const GREET: &str = "exercises/basics/greet";
const GREETED: &str = "solutions/basics/greet";
const ADD: &str = "exercises/basics/add_up";
const ADDED: &str = "solutions/basics/add_up";
const TALLY: &str = "exercises/basics/tally";
const TALLIED: &str = "solutions/basics/tally";

/// Spoils a good course, and expects `author prove` on one exercise to refuse it with this text.
#[track_caller]
fn refused(id: &str, spoil: impl FnOnce(&Place), says: &str) {
    let course = Place::course();
    spoil(&course);
    let ran = course.run(["author", "prove", id, "--repeat", "2"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    ran.says(&format!("✗ {id}\n")).says(says);
}

/// The same for what keeps the whole course from being loaded.
#[track_caller]
fn not_loaded(spoil: impl FnOnce(&Place), complains: &str) {
    let course = Place::course();
    spoil(&course);
    course.expect(2, ["author", "prove"]).complains(complains);
}

fn in_file(folder: &str, file: &str) -> String {
    format!("{folder}/{file}")
}

#[test]
fn a_test_that_asserts_nothing() {
    refused(
        "greet",
        |course| {
            course.write(
                &in_file(GREET, "tests/checks.rs"),
                "#[test]\nfn greets_by_name() {\n    assert_eq!(greet::greet(\"Ada\"), \"hello Ada\");\n}\n\n\
                 #[test]\nfn greets_quietly() {\n    let _ = greet::greet(\"Ada\");\n}\n",
            );
            let manifest = in_file(GREET, "exercise.toml");
            let text = course.read(&manifest);
            let more = "\n[[tests]]\nname = \"greets_quietly\"\nshows = \"nothing\"\nstarter = \"passes\"\n";
            course.write(&manifest, text + more);
        },
        "wrong: nothing fails `checks::greets_quietly`, so nobody knows that it can fail",
    );
}

#[test]
fn a_hidden_test_that_asserts_nothing() {
    let course = Place::course();
    course.expect(0, ["author", "prove", "add_up", "--hidden"]);
    let tests = in_file(ADDED, "hidden/graded.rs");
    let text = course.read(&tests);
    course.write(
        &tests,
        text + "\n#[test]\nfn adds_quietly() {\n    let _ = add_up::add(5, 3);\n}\n",
    );
    let manifest = in_file(ADDED, "solution.toml");
    let text = course.read(&manifest);
    let more = "\n[[hidden]]\ntarget = \"graded\"\nname = \"adds_quietly\"\nshows = \"nothing\"\n";
    course.write(&manifest, text + more);
    course.expect(0, ["author", "prove", "add_up"]);
    // It is proven already, and looked at all the same.
    let ran = course.run(["author", "prove", "add_up", "--hidden"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    ran.says("wrong: nothing fails `graded::adds_quietly`, so nobody knows that it can fail");
    // The last line may have it as the slowest.
    let others = "nothing fails `graded::adds_others`";
    assert!(!ran.all().contains(others), "{}", ran.all());
}

#[test]
fn a_test_that_is_not_listed() {
    refused(
        "greet",
        |course| {
            let tests = in_file(GREET, "tests/checks.rs");
            let text = course.read(&tests);
            course.write(&tests, text + "\n#[test]\nfn forgotten() {}\n");
        },
        "reference: has a test `checks::forgotten`, which is not listed",
    );
}

#[test]
fn a_file_of_tests_that_nobody_runs() {
    refused(
        "greet",
        |course| {
            course.write(
                &in_file(GREET, "tests/more.rs"),
                "#[test]\nfn forgotten() {}\n",
            );
        },
        "exercise.toml: names no test of `tests/more.rs`, so none of them is run",
    );
}

#[test]
fn a_test_that_is_ignored() {
    refused(
        "greet",
        |course| {
            course.replace(
                &in_file(GREET, "tests/checks.rs"),
                "#[test]",
                "#[test]\n#[ignore]",
            );
        },
        "reference: `checks::greets_by_name` fails, and must pass: ignored",
    );
}

#[test]
fn a_flaky_test() {
    refused(
        "add_up",
        |course| {
            // A hidden test: of all candidates only the good ones run it, in the first round twice each.
            let count = course.path("runs");
            let text = format!(
                "use std::io::Write as _;\n\n#[test]\nfn adds_others() {{\n    \
                 let mut runs = std::fs::OpenOptions::new()\n        .create(true)\n        .append(true)\n        \
                 .open({count:?})\n        .unwrap();\n    runs.write_all(b\"x\").unwrap();\n    \
                 assert!(runs.metadata().unwrap().len() < 3, \"the third run\");\n    \
                 assert_eq!(add_up::add(3, 5), 8);\n}}\n"
            );
            course.write(&in_file(ADDED, "hidden/graded.rs"), text);
        },
        "in round 2 of 2: `graded::adds_others` fails, and must pass",
    );
}

#[test]
fn tests_that_get_into_each_other_s_way() {
    refused(
        "add_up",
        |course| {
            course.write(
                &in_file(ADD, "tests/checks.rs"),
                "use add_up::add;\nuse std::sync::atomic::{AtomicU32, Ordering};\n\n\
                 static RUNS: AtomicU32 = AtomicU32::new(0);\n\n\
                 fn alone() {\n    assert_eq!(RUNS.fetch_add(1, Ordering::SeqCst), 0, \"runs before this one\");\n}\n\n\
                 #[test]\nfn adds_two_numbers() {\n    alone();\n    assert_eq!(add(2, 2), 4, \"two and two\");\n}\n\n\
                 #[test]\nfn adds_nothing() {\n    alone();\n    assert_eq!(add(0, 0), 0);\n}\n",
            );
        },
        "reference: `together::checks` fails, and must pass",
    );
}

#[test]
fn a_starter_that_does_not_build() {
    refused(
        "greet",
        |course| {
            course.write(
                &in_file(GREET, "src/lib.rs"),
                "pub fn greet(_name: &str) -> String {}\n",
            );
        },
        "starter: does not build: error[E0308]: mismatched types",
    );
}

#[test]
fn a_starter_with_a_warning() {
    refused(
        "greet",
        |course| course.replace(&in_file(GREET, "src/lib.rs"), "_name", "name"),
        "starter: builds with a warning: warning: unused variable: `name`",
    );
}

#[test]
fn a_starter_that_fails_what_it_is_said_to_pass() {
    refused(
        "add_up",
        |course| course.replace(&in_file(ADD, "src/lib.rs"), "a.min(b) - a.min(b)", "1"),
        "starter: fails `checks::adds_nothing`, and is said to pass it",
    );
}

#[test]
fn a_reference_over_its_budget() {
    refused(
        "tally",
        |course| course.replace(&in_file(TALLIED, "reference/src/lib.rs"), ", 1)", ", 11)"),
        "reference: `budget::steps` fails, and must pass",
    );
}

#[test]
fn a_budget_that_nothing_reports() {
    refused(
        "tally",
        |course| course.replace(&in_file(TALLY, "tests/checks.rs"), "steps\\t", "stairs\\t"),
        "reference: `budget::steps` fails, and must pass: never reported",
    );
}

#[test]
fn an_alternative_that_fails() {
    refused(
        "add_up",
        |course| {
            course.replace(
                &in_file(ADDED, "alternatives/swapped/src/lib.rs"),
                "b + a",
                "b + a + 1",
            );
        },
        "alternatives/swapped: `checks::adds_two_numbers` fails, and must pass",
    );
}

#[test]
fn an_alternative_that_is_not_named() {
    refused(
        "greet",
        |course| {
            let text = course.read(&in_file(GREETED, "reference/src/lib.rs"));
            course.write(&in_file(GREETED, "alternatives/another/src/lib.rs"), text);
        },
        "solution.toml: does not name the alternative `another`",
    );
}

#[test]
fn a_reference_that_is_not_formatted() {
    refused(
        "greet",
        |course| {
            course.replace(
                &in_file(GREETED, "reference/src/lib.rs"),
                "    format",
                "  format",
            );
        },
        "reference: `src/lib.rs` is not formatted; run `rustfmt` on it",
    );
}

#[test]
fn a_reference_that_clippy_complains_of() {
    refused(
        "greet",
        |course| {
            course.replace(
                &in_file(GREETED, "reference/src/lib.rs"),
                "format!(\"hello {name}\")",
                "return format!(\"hello {name}\");",
            );
        },
        "reference: clippy says `warning: unneeded `return` statement` at",
    );
}

#[test]
fn a_reference_that_changes_the_question() {
    refused(
        "add_up",
        |course| {
            course.replace(
                &in_file(ADDED, "reference/src/lib.rs"),
                "a: u32",
                "a: impl Into<u32>",
            );
        },
        "reference: has `fn add(impl Into<u32>, u32) -> u32` where the starter has `fn add(u32, u32) -> u32`",
    );
}

#[test]
fn a_change_of_the_question_that_is_none() {
    refused(
        "greet",
        |course| {
            course.write(
                &in_file(GREETED, "solution.toml"),
                "changes_api = \"It has to\"\n",
            );
        },
        "solution.toml: says `changes_api`, and the public signatures are those of the starter",
    );
}

#[test]
fn an_answer_that_learners_are_given() {
    refused(
        "tally",
        |course| {
            let answer = "/// The sum of 1 to n, and how many steps it took.\npub fn tally(n: u64) -> (u64, u64) {\n    \
                          let pairs = n / 2 * (n + 1);\n    let middle = n % 2 * n.div_ceil(2);\n    (pairs + middle, 1 + n % 1)\n}\n";
            course.write(&in_file(TALLIED, "reference/src/lib.rs"), answer);
            let readme = in_file(TALLY, "README.md");
            let text = course.read(&readme);
            course.write(&readme, format!("{text}\n```rust\n{answer}```\n"));
        },
        "reference: `README.md` has lines of the reference, from `let pairs",
    );
}

#[test]
fn only_one_wrong_attempt() {
    refused(
        "greet",
        |course| std::fs::remove_dir_all(course.path(&in_file(GREETED, "wrong/constant"))).unwrap(),
        "wrong: 1 of at least 2 wrong attempts",
    );
}

#[test]
fn a_wrong_attempt_that_does_not_build_unannounced() {
    refused(
        "greet",
        |course| {
            course.write(
                &in_file(GREETED, "wrong/constant/src/lib.rs"),
                "pub fn greet() {}\n",
            );
        },
        "wrong/constant: tests/checks.rs does not build against it, which is no verdict on what it does",
    );
}

#[test]
fn a_wrong_attempt_that_is_never_measured() {
    refused(
        "tally",
        |course| {
            let wrong = in_file(TALLIED, "wrong/constant/src/lib.rs");
            course.replace(
                &wrong,
                ".sum();",
                ".sum();\n    assert!(n < 1000, \"too many\");",
            );
        },
        "wrong/constant: does not get to `budget::steps`, which wrong.toml says it fails: ",
    );
}

#[test]
fn a_wrong_attempt_that_names_no_check() {
    refused(
        "greet",
        |course| {
            course.replace(
                &in_file(GREETED, "wrong/constant/wrong.toml"),
                "greets_by_name",
                "greets_by_nam",
            );
        },
        "wrong/constant: wrong.toml names `checks::greets_by_nam`, which is no check of this exercise",
    );
}

#[test]
fn a_wrong_attempt_that_may_fail_what_depends_on_no_machine() {
    refused(
        "greet",
        |course| {
            course.replace(
                &in_file(GREETED, "wrong/constant/wrong.toml"),
                "says =",
                "may_fail = [\"checks::greets_by_name\"]\nsays =",
            );
        },
        "wrong/constant: wrong.toml says that it may fail `checks::greets_by_name`, which is no ratio of this exercise",
    );
}

/// A second test of `greet`, with a fault in half of its processes.
fn with_faults(course: &Place) {
    let tests = in_file(GREET, "tests/checks.rs");
    let text = course.read(&tests);
    course.write(
        &tests,
        text + "\n#[test]\nfn survives_faults() {\n    let said = greet::greet(\"Bob\");\n    \
                let fault = std::process::id().is_multiple_of(2);\n    \
                assert!(!fault || said.contains(\"Bob\"), \"a fault: {said}\");\n    \
                assert!(!said.is_empty(), \"silence\");\n}\n",
    );
    let manifest = in_file(GREET, "exercise.toml");
    let text = course.read(&manifest);
    let more =
        "\n[[tests]]\nname = \"survives_faults\"\nshows = \"faults\"\nstarter = \"may_fail\"\n";
    course.write(&manifest, text + more);
    let constant = in_file(GREETED, "wrong/constant");
    course.replace(&in_file(&constant, "src/lib.rs"), "Bob", "Ann");
    course.replace(
        &in_file(&constant, "wrong.toml"),
        "says =",
        "may_fail = [\"checks::survives_faults\"]\nsays =",
    );
    let silent = in_file(GREETED, "wrong/silent");
    course.write(
        &in_file(&silent, "src/lib.rs"),
        "pub fn greet(_name: &str) -> String {\n    String::new()\n}\n",
    );
    course.write(
        &in_file(&silent, "wrong.toml"),
        "about = \"Says nothing\"\nfails = [\"checks::greets_by_name\", \"checks::survives_faults\"]\nsays = \"hello Ada\"\n",
    );
}

#[test]
fn what_may_fail_is_judged_neither_as_failing_nor_as_passing() {
    let course = Place::course();
    with_faults(&course);
    course
        .expect(0, ["author", "prove", "greet", "--repeat", "5"])
        .says("1 of 1 exercises proven");
}

#[test]
fn a_test_that_only_what_may_fail_it_fails() {
    refused(
        "greet",
        |course| {
            with_faults(course);
            let tests = in_file(GREET, "tests/checks.rs");
            course.replace(
                &tests,
                "assert!(!fault || said.contains(\"Bob\"), \"a fault: {said}\")",
                "let _ = fault",
            );
            course.replace(&tests, "said.is_empty()", "said.eq(\"hello\")");
            course.replace(
                &in_file(GREETED, "wrong/silent/wrong.toml"),
                ", \"checks::survives_faults\"]",
                "]",
            );
        },
        "wrong: nothing fails `checks::survives_faults`, so nobody knows that it can fail",
    );
}

#[test]
fn a_starter_that_fails_by_chance_only() {
    refused(
        "greet",
        |course| {
            with_faults(course);
            course.replace(
                &in_file(GREET, "exercise.toml"),
                "shows = \"the greeting has the name in it\"",
                "shows = \"the greeting has the name in it\"\nstarter = \"may_fail\"",
            );
        },
        "exercise.toml: says that the starter may fail `checks::greets_by_name`, and of no other check that it fails",
    );
}

#[test]
fn a_lint_that_may_fire() {
    not_loaded(
        |course| {
            let manifest = in_file(GREET, "exercise.toml");
            let text = course.read(&manifest);
            let more = "\n[[clippy]]\nlint = \"clippy::unwrap_used\"\nshows = \"none\"\nstarter = \"may_fail\"\n";
            course.write(&manifest, text + more);
        },
        "expected \"fails\" or \"passes\"",
    );
}

#[test]
fn a_file_in_the_reference_that_is_not_the_learner_s() {
    refused(
        "greet",
        |course| course.write(&in_file(GREETED, "reference/tests/checks.rs"), "// TODO\n"),
        "reference: has `tests/checks.rs`, which is not the learner's and so never judged: take it away",
    );
}

#[test]
fn a_debrief_that_is_missing() {
    refused(
        "greet",
        |course| std::fs::remove_file(course.path(&in_file(GREETED, "debrief.md"))).unwrap(),
        "debrief.md: is not there",
    );
}

#[test]
fn a_text_that_is_not_written() {
    refused(
        "greet",
        |course| course.replace(&in_file(GREET, "exercise.toml"), "Greet by name", "TODO"),
        "has 1 line with a TODO in it",
    );
}

#[test]
fn a_hint_that_is_missing() {
    not_loaded(
        |course| {
            course.replace(
                &in_file(GREET, "exercise.toml"),
                ", \"third hint of greet\"",
                "",
            );
        },
        "error: 2 hints, expected exactly three",
    );
}

#[test]
fn two_ids_alike() {
    not_loaded(
        |course| course.replace("curriculum.toml", "\"greet\"", "\"greet\", \"greet\""),
        "greet",
    );
}
