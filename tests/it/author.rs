//! `author prove` accepts what is good and says what is not.

use crate::support::Place;

#[test]
fn a_course_whose_candidates_do_as_stated_is_proven() {
    let ran = Place::course().expect(0, ["author", "prove"]);
    ran.says("5 of 5 exercises proven");
}

#[test]
fn a_wrong_attempt_that_passes_is_refused_by_name() {
    let course = Place::course();
    course.write(
        "solutions/basics/greet/wrong/constant/src/lib.rs",
        course.read("solutions/basics/greet/reference/src/lib.rs"),
    );
    let ran = course.expect(1, ["author", "prove", "greet"]);
    ran.says("wrong/constant: passes `checks::greets_by_name`, which wrong.toml says it fails");
}

#[test]
fn a_starter_that_passes_is_refused() {
    let course = Place::course();
    course.solve("greet");
    let ran = course.expect(1, ["author", "prove", "greet"]);
    ran.says("starter: passes `checks::greets_by_name`, and is said to fail it");
}

#[test]
fn a_reference_that_fails_a_hidden_test_is_refused() {
    let course = Place::course();
    course.replace(
        "solutions/basics/add_up/reference/src/lib.rs",
        "a + b",
        "if a == 3 { 0 } else { a + b }",
    );
    let ran = course.expect(1, ["author", "prove", "add_up"]);
    ran.says("reference: `graded::adds_others` fails, and must pass");
}

#[test]
fn a_wrong_attempt_that_fails_for_another_reason_is_refused() {
    let course = Place::course();
    course.replace(
        "solutions/basics/add_up/wrong/constant/wrong.toml",
        "left: 4",
        "left: 5",
    );
    course
        .expect(1, ["author", "prove", "add_up"])
        .says("wrong/constant: no failing check says `left: 5`");
}

#[test]
fn figures_are_stated_as_they_are_measured_and_leave_room() {
    let course = Place::course();
    course.replace(
        "exercises/basics/tally/exercise.toml",
        "starter = 1000",
        "starter = 999",
    );
    course.replace(
        "exercises/basics/tally/exercise.toml",
        "at_most = 10",
        "at_most = 1",
    );
    let ran = course.expect(1, ["author", "prove", "tally"]);
    ran.says("starter: `budget::steps` is stated as 999, and measured as 1000");
    ran.says("reference: `budget::steps` uses 1 of 1: leave a third to other good answers");
}

#[test]
fn a_statement_without_a_section_is_refused() {
    let course = Place::course();
    course.replace(
        "exercises/basics/greet/README.md",
        "## Predict first",
        "## Guess",
    );
    course
        .expect(1, ["author", "prove", "greet"])
        .says("README.md: has no section `Predict first` in its place");
}

#[test]
fn a_new_exercise_of_any_kind_is_proven_but_for_its_texts() {
    let course = Place::course();
    let spine = course.read("curriculum.toml");
    course.write(
        "curriculum.toml",
        format!("# A comment that has to stay.\n{spine}"),
    );
    give_probes(&course);
    // All but `model`, which builds loom: `.ci/run` has that one in the course itself.
    let kinds = [
        "tests", "compile", "mutants", "quiz", "review", "alloc", "size", "leak", "ratio", "clippy",
    ];
    for kind in kinds {
        let id = format!("new_{kind}");
        course.expect(
            0,
            ["author", "new", &format!("basics/{id}"), "--kind", kind],
        );
        course.expect(0, ["author", "seal", &id]);
        let ran = course.expect(1, ["author", "prove", &id]);
        for line in ran.stdout.lines().filter(|line| line.starts_with("    ")) {
            assert!(
                line.contains("with a TODO in it"),
                "{kind}: {line}\n{}",
                ran.all()
            );
        }
        // With its texts written, nothing is left to do.
        for path in ["README.md", "exercise.toml", "quiz.toml", "review.toml"] {
            let path = format!("exercises/basics/{id}/{path}");
            if course.path(&path).is_file() {
                course.write(&path, course.read(&path).replace("TODO", "Text"));
            }
        }
        let solution = course.path(&format!("solutions/basics/{id}"));
        for file in walkdir::WalkDir::new(&solution).into_iter().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if ["debrief.md", "solution.toml", "wrong.toml"].contains(&name.as_str()) {
                let text = std::fs::read_to_string(file.path()).expect("it is text");
                std::fs::write(file.path(), text.replace("TODO", "Text"))
                    .expect("it can be written");
            }
        }
        course
            .expect(0, ["author", "prove", &id])
            .says("1 of 1 exercises proven");
    }
    let registered = course.read("curriculum.toml");
    assert!(
        registered.starts_with("# A comment that has to stay.\n"),
        "{registered}"
    );
    assert!(
        registered.contains("\"tally\", \"new_tests\", \"new_compile\""),
        "{registered}"
    );
}

/// The fixture with the course's own probes.
fn give_probes(course: &Place) {
    let probes = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("probes");
    crate::support::copy_folder(&probes, &course.path("probes"));
    course.replace(
        "Cargo.toml",
        "edition = \"2024\"\n",
        "edition = \"2024\"\nrust-version = \"1.95\"\nlicense = \"MIT\"\npublish = false\n\n\
         [workspace.dependencies]\nprobes = { path = \"probes\" }\n",
    );
}

#[test]
fn an_exercise_that_measures_needs_the_probes() {
    let course = Place::course();
    course
        .expect(2, ["author", "new", "basics/fresh", "--kind", "alloc"])
        .complains("the course has no `probes`; copy that folder");
    assert!(!course.path("exercises/basics/fresh").exists());
}

#[test]
fn a_new_exercise_needs_a_free_id_and_a_known_topic() {
    let course = Place::course();
    course
        .expect(2, ["author", "new", "basics/greet"])
        .complains("the id is taken");
    course
        .expect(2, ["author", "new", "basics/long_gone"])
        .complains("the id is taken");
    course
        .expect(2, ["author", "new", "Basics/New"])
        .complains("expected `topic/id`");
    course
        .expect(2, ["author", "new", "others/new"])
        .complains("choose an objective");
    let other = [
        "author",
        "new",
        "others/fresh",
        "--objective",
        "basics.adding",
    ];
    course
        .expect(2, other)
        .complains("find a topic `others`; name its week");
    course.expect(0, other.into_iter().chain(["--week", "week2"]));
    course
        .expect(0, ["list", "--week", "2"])
        .says("Second week · Others");
}

#[test]
fn an_edition_has_nothing_that_only_instructors_may_have() {
    let course = Place::course();
    // A mark in every file of every solution but the texts that learners get after passing.
    let mut marked = 0;
    for entry in walkdir::WalkDir::new(course.path("solutions"))
        .into_iter()
        .flatten()
    {
        if entry.file_type().is_file() {
            let text = std::fs::read_to_string(entry.path()).expect("solutions are text");
            let comment = if entry.path().extension().is_some_and(|e| e == "rs") {
                "//"
            } else {
                "#"
            };
            std::fs::write(entry.path(), format!("{text}{comment} SECRET\n"))
                .expect("it can be written");
            marked += 1;
        }
    }
    assert!(marked > 10, "the fixture has solutions");
    course
        .expect(0, ["author", "release", "first"])
        .says("files in first");
    course.expect(0, ["author", "release", "second"]);
    course
        .expect(2, ["author", "release", "first"])
        .complains("the folder is not empty");
    let mut files = 0;
    for entry in walkdir::WalkDir::new(course.path("first"))
        .into_iter()
        .flatten()
    {
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).expect("it can be read");
            assert!(
                !String::from_utf8_lossy(&bytes).contains("SECRET"),
                "{}",
                entry.path().display()
            );
            let twin = course.path("second").join(
                entry
                    .path()
                    .strip_prefix(course.path("first"))
                    .expect("below"),
            );
            assert_eq!(
                std::fs::read(twin).ok(),
                Some(bytes),
                "the same course gives the same bytes"
            );
            files += 1;
        }
    }
    assert!(files > 20, "an edition has exercises");
    course.expect(0, ["init", "desk", "--course", "first"]);
    let ran = course.run_in("desk", ["next"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    ran.says("1 of 2 checks pass");
}

#[test]
fn an_edition_that_would_give_an_answer_away_is_refused() {
    let check = |spoil: &dyn Fn(&Place), says: &str| {
        let course = Place::course();
        spoil(&course);
        course
            .expect(1, ["author", "release", "edition"])
            .complains("failed to write the edition: it would give answers away")
            .complains(says);
        assert!(!course.path("edition").exists());
    };
    check(
        &|course| course.solve("greet"),
        "greet: what learners start from is the reference; `workbook reset greet` puts the start back",
    );
    check(
        &|course| {
            let hidden = course.read("solutions/basics/add_up/hidden/graded.rs");
            course.write("exercises/basics/add_up/notes/old.rs", hidden);
        },
        "add_up: `notes/old.rs` is a hidden test; take it out",
    );
    check(
        &|course| {
            let answer = "pub fn tally(n: u64) -> (u64, u64) {\n    let pairs = n / 2 * (n + 1);\n    \
                          let middle = n % 2 * n.div_ceil(2);\n    (pairs + middle, 1 + n % 1)\n}\n";
            course.write("solutions/basics/tally/reference/src/lib.rs", answer);
            course.write("exercises/basics/tally/src.old", answer);
        },
        "tally: `src.old` has lines of the reference, from `let pairs",
    );
}

#[test]
fn what_was_proven_and_is_unchanged_is_not_proven_again() {
    let course = Place::course();
    course
        .expect(0, ["author", "prove", "greet", "tally"])
        .says("4 candidates, judged");
    course
        .expect(0, ["author", "prove", "greet", "tally"])
        .says("4 candidates, unchanged");
    // More rounds than before, or another text to be said, is another proof.
    course
        .expect(0, ["author", "prove", "greet", "--repeat", "2"])
        .says("4 candidates, judged");
    course
        .expect(0, ["author", "prove", "greet"])
        .says("4 candidates, unchanged");
    course.replace(
        "solutions/basics/greet/wrong/constant/wrong.toml",
        "hello Ada",
        "hello Bob",
    );
    course
        .expect(0, ["author", "prove", "greet"])
        .says("4 candidates, judged");
    let json = course
        .expect(0, ["author", "prove", "--json", "greet", "tally"])
        .json();
    assert_eq!(json["proven"], 2);
    assert_eq!(json["unchanged"], serde_json::json!(["greet", "tally"]));
}

#[test]
fn whatever_changes_in_an_exercise_s_folders_it_is_looked_at_again() {
    let course = Place::course();
    let all = ["author", "prove", "greet", "lay_floor", "raise_wall"];
    course.expect(0, all);
    // A record without what lay in the folders, as an older program wrote it: looked at, and not judged.
    let record = "target/workbook/proofs.json";
    let whole = course.read(record);
    let lines = whole.lines().filter(|line| !line.contains("witness"));
    let old: Vec<&str> = lines.collect();
    course.write(
        record,
        old.join("\n")
            .replace(",\n  }", "\n  }")
            .replace(",\n    }", "\n    }"),
    );
    course.expect(0, all).says("4 candidates, unchanged");
    assert_eq!(course.read(record), whole, "what was looked at is noted");
    // Nothing of this gets into a candidate; each is a complaint all the same.
    let check = |id: &str, path: &str, text: &str, says: &str| {
        let before = std::fs::read(course.path(path)).ok();
        course.write(path, text);
        course.expect(1, ["author", "prove", id]).says(says);
        match before {
            Some(before) => course.write(path, before),
            None => std::fs::remove_file(course.path(path)).expect("it is there"),
        }
        course.expect(0, ["author", "prove", id]);
    };
    check(
        "greet",
        "exercises/basics/greet/README.md",
        "# Greet\n",
        "README.md: has no section",
    );
    check(
        "greet",
        "solutions/basics/greet/debrief.md",
        "TODO\n",
        "has 1 line with a TODO in it",
    );
    check(
        "greet",
        "solutions/basics/greet/reference/stray.md",
        "A stray.\n",
        "reference: has `stray.md`",
    );
    // A stage is proven with what the stages before it have.
    check(
        "raise_wall",
        "solutions/builder/stages/lay_floor/reference/src/lib.rs",
        "pub fn floor() -> u32 {\n    1\n}\n\npub fn cellar() {}\n",
        "raise_wall",
    );
    // A proof of other rounds is another proof.
    course
        .expect(0, ["author", "prove", "greet", "--repeat", "2"])
        .says("4 candidates, judged");
}

#[test]
fn only_what_git_has_seen_change_is_proven() {
    let course = Place::course();
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(arguments)
            .current_dir(course.path("."))
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.expect("there is a git").success(), "{arguments:?}");
    };
    let proven = |arguments: &[&str], expected: &[&str]| {
        let all = [&["author", "prove", "--json"], arguments].concat();
        let json = course.expect(0, &all).json();
        assert_eq!(json["total"], expected.len(), "{arguments:?}: {json}");
    };
    course
        .expect(3, ["author", "prove", "--changed"])
        .complains("error: failed to ask git what changed since `HEAD`: ");
    git(&["init", "-q"]);
    course.write(".gitignore", "/target\n/.workbook\n");
    git(&["add", "-A"]);
    git(&["commit", "-qm", "before"]);
    proven(&["--changed"], &[]);
    course.replace("exercises/basics/tally/README.md", "# ", "#  ");
    course.write("solutions/basics/greet/new.md", "not under git yet\n");
    proven(&["--changed"], &["greet", "tally"]);
    proven(&["--changed", "greet"], &["greet"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "after"]);
    proven(&["--changed"], &[]);
    proven(&["--changed=HEAD~1"], &["greet", "tally"]);
    // With less time than they need, what changed last comes first.
    let json = course
        .expect(0, ["author", "prove", "--json", "--fresh", "--within", "0"])
        .json();
    assert_eq!(json["proven"], 0, "no time, no proof: {json}");
    let order = json["not_reached"].as_array().expect("a list of ids");
    assert_eq!(order.len(), 5, "{json}");
    assert!(
        order[0] == "greet" || order[0] == "tally",
        "the last commit touched these two alone: {json}"
    );
    course
        .expect(0, ["author", "prove", "--fresh", "--within", "0"])
        .says("5 were not begun within 0 s");
    // What all share changes all of them.
    course.replace("Cargo.toml", "[workspace]", "[workspace]\n");
    proven(
        &["--changed"],
        &["add_up", "greet", "tally", "lay_floor", "raise_wall"],
    );
}

#[test]
fn changes_to_the_reference_that_nothing_notices_are_listed_with_their_line() {
    let course = Place::course();
    course.write(
        "solutions/basics/add_up/reference/src/lib.rs",
        "pub fn add(a: u32, b: u32) -> u32 {\n    if a > 1_000_000 {\n        return b + a;\n    }\n    a + b\n}\n",
    );
    let ran = course.expect(0, ["author", "prove", "add_up", "--mutants"]);
    // `>=`, one more, and `-` where no test comes by; of `a - b` both tests and of all else one tell.
    ran.says("add_up: 1 of 4 mutants of the reference are caught")
        .says("    src/lib.rs:2 `>=` in place of `>`")
        .says("    src/lib.rs:2 `1000001` in place of `1_000_000`")
        .says("    src/lib.rs:3 `-` in place of `+`");
    let json = course
        .expect(0, ["author", "prove", "add_up", "--mutants", "--json"])
        .json();
    assert_eq!(json["mutants"][0]["killed"], 1);
    assert_eq!(json["mutants"][0]["survivors"][2]["line"], 3);
}

#[test]
fn changes_to_references_end_in_a_summary_and_begin_no_more_after_their_time() {
    let course = Place::course();
    let ran = course.expect(0, ["author", "prove", "add_up", "greet", "--mutants"]);
    ran.says("add_up: ")
        .says("greet: ")
        .says(" changes to 2 references are caught");
    let json = course
        .expect(
            0,
            ["author", "prove", "add_up", "greet", "--mutants", "--json"],
        )
        .json();
    assert_eq!(json["mutants"].as_array().map(Vec::len), Some(2), "{json}");
    assert_eq!(json["mutants_not_reached"], serde_json::json!([]));
    assert_eq!(json["interrupted"], false);
    // What is refused has no reference worth changing.
    course.replace(
        "solutions/basics/greet/reference/src/lib.rs",
        "hello",
        "hullo",
    );
    let json = course
        .expect(
            1,
            ["author", "prove", "add_up", "greet", "--mutants", "--json"],
        )
        .json();
    assert_eq!(json["mutants"].as_array().map(Vec::len), Some(1), "{json}");
}

#[test]
fn changes_to_references_have_the_time_that_the_proof_leaves() {
    let course = Place::course();
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(arguments)
            .current_dir(course.path("."))
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.expect("there is a git").success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    course.write(".gitignore", "/target\n/.workbook\n");
    git(&["add", "-A"]);
    git(&["commit", "-qm", "all"]);
    course.expect(0, ["author", "prove", "add_up"]);
    let typed = "author prove add_up --mutants --within 0";
    course
        .expect(0, typed.split(' '))
        .says("1 of 1 exercises proven")
        .says("not tried to the end within 0 s: 1 reference (add_up)");
    let json = course
        .expect(0, format!("{typed} --json").split(' '))
        .json();
    assert_eq!(json["mutants_not_reached"][0], "add_up");
}

/// More copies of `greet` than are proven together, the first of which does not end.
#[cfg(unix)]
fn with_many_exercises(course: &Place) -> std::path::PathBuf {
    use crate::running::hanging_greet;

    let mut ids = Vec::new();
    for number in 0..40 {
        let id = format!("greet_{number}");
        for part in ["exercises/basics", "solutions/basics"] {
            let from = course.path(&format!("{part}/greet"));
            crate::support::copy_folder(&from, &course.path(&format!("{part}/{id}")));
        }
        let own = |file: &str| format!("exercises/basics/{id}/{file}");
        course.replace(&own("Cargo.toml"), "\"greet\"", &format!("\"{id}\""));
        course.replace(
            &own("tests/checks.rs"),
            "greet::greet",
            &format!("{id}::greet"),
        );
        ids.push(format!("\"{id}\""));
    }
    let more = format!("\"tally\", {}]", ids.join(", "));
    course.replace("curriculum.toml", "\"tally\"]", &more);
    let pids = course.path("pids");
    // References are built first.
    let reference = "solutions/basics/greet_0/reference/src/lib.rs";
    course.write(reference, hanging_greet(&pids));
    let manifest = "exercises/basics/greet_0/exercise.toml";
    let text = course.read(manifest) + "\n[limits]\ntest_seconds = 600\n";
    course.write(manifest, text);
    pids
}

#[test]
#[cfg(unix)]
fn a_proof_that_is_interrupted_says_what_is_proven_what_is_not_and_how_to_go_on() {
    use crate::running::{Running, assert_gone, written_pids};
    use rustix::process::Signal;

    let course = Place::course();
    course.expect(0, ["author", "prove", "tally"]);
    let pids = with_many_exercises(&course);
    let mut command = course.command();
    command.args(["author", "prove"]);
    let mut running = Running::start(command);
    let pids = written_pids(&pids);
    running.signal(Signal::INT);
    assert_eq!(running.end(), Some(130));
    assert_gone(&pids);
    let said = running.take_seen();
    for text in [
        "✓ tally",
        "1 of 45 exercises proven",
        " begun, and not judged to the end: add_up, greet, greet_0, greet_1, ",
        " not begun: ",
        "lay_floor, raise_wall",
        "the same command goes on from here",
        "interrupted",
    ] {
        assert!(said.contains(text), "no `{text}` in:\n{said}");
    }
    assert!(!said.contains("error"), "{said}");
    // What was proven is remembered.
    course
        .expect(0, ["author", "prove", "tally"])
        .says("unchanged");
}

#[test]
fn a_proof_can_be_told_to_programs() {
    let course = Place::course();
    course.replace(
        "solutions/basics/greet/wrong/constant/wrong.toml",
        "hello Ada",
        "hello <Bob>",
    );
    let ran = course.expect(
        1,
        ["author", "prove", "greet", "tally", "--format", "junit"],
    );
    ran.says("<testsuite name=\"greet\" tests=\"1\"")
        .says("<testcase name=\"wrong/constant\" classname=\"greet\">")
        .says("no failing check says `hello &lt;Bob&gt;`")
        .says("<testcase name=\"proof\" classname=\"tally\"/>");
}
