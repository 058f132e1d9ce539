//! Projects: a stage begins where the stage before it ends.

use crate::support::Place;

const CRATE: &str = "builder/src/lib.rs";
const SOLVED: &str = "solutions/builder/stages";

fn reference(course: &Place, stage: &str) -> String {
    course.read(&format!("{SOLVED}/{stage}/reference/src/lib.rs"))
}

#[test]
fn a_stage_is_proven_from_the_reference_of_the_stage_before() {
    let course = Place::course();
    // Only a candidate with the first stage's work in it has this function.
    for part in ["reference", "wrong/off_by_one", "wrong/constant"] {
        for stage in ["lay_floor", "raise_wall"] {
            let path = format!("{SOLVED}/{stage}/{part}/src/lib.rs");
            let text = course.read(&path);
            course.write(&path, text + "\npub fn cellar() -> u32 {\n    1\n}\n");
        }
    }
    course.write(
        &format!("{SOLVED}/lay_floor/solution.toml"),
        "changes_api = \"the cellar comes with the floor\"\n",
    );
    course.write(
        "builder/tests/raise_wall.rs",
        "#[test]\nfn stands() {\n    assert_eq!(builder::wall(), builder::cellar());\n}\n",
    );
    course.expect(0, ["author", "prove", "raise_wall"]);
    course.expect(0, ["author", "prove", "lay_floor"]);
}

#[test]
fn wrong_attempts_of_a_later_stage_need_only_the_files_that_differ_from_its_reference() {
    let course = Place::course();
    let split = "mod wall;\npub use wall::wall;\n\npub fn floor() -> u32 {\n    1\n}\n";
    let wall = |height: u32| format!("pub fn wall() -> u32 {{\n    {height}\n}}\n");
    let stage = |part: &str, file: &str| format!("{SOLVED}/raise_wall/{part}/src/{file}");
    course.write(&stage("reference", "lib.rs"), split);
    course.write(&stage("reference", "wall.rs"), wall(1));
    for (part, height) in [("wrong/off_by_one", 2), ("wrong/constant", 3)] {
        std::fs::remove_file(course.path(&stage(part, "lib.rs"))).expect("it is there");
        course.write(&stage(part, "wall.rs"), wall(height));
    }
    course.expect(0, ["author", "prove", "raise_wall"]);
}

#[test]
fn a_reference_that_breaks_an_earlier_stage_is_refused() {
    let course = Place::course();
    for part in ["reference", "wrong/off_by_one", "wrong/constant"] {
        let path = format!("{SOLVED}/raise_wall/{part}/src/lib.rs");
        course.replace(&path, "    1\n", "    7\n");
    }
    course
        .expect(1, ["author", "prove", "raise_wall"])
        .says("reference, by the checks of lay_floor: `lay_floor::stands` fails, and must pass");
}

#[test]
fn a_reference_that_loses_what_the_stage_before_made_public_is_refused() {
    let course = Place::course();
    for part in ["reference", "wrong/off_by_one", "wrong/constant"] {
        let path = format!("{SOLVED}/lay_floor/{part}/src/lib.rs");
        let text = course.read(&path);
        course.write(&path, text + "\npub fn cellar() -> u32 {\n    1\n}\n");
    }
    course
        .expect(1, ["author", "prove", "raise_wall"])
        .says("reference: has lost `fn cellar() -> u32`");
}

#[test]
fn a_reset_of_a_stage_goes_back_to_where_the_stage_before_was_passed() {
    let course = Place::course();
    course.expect(1, ["run", "lay_floor"]);
    let mine = reference(&course, "lay_floor").replace("pub fn floor", "// Mine.\npub fn floor");
    course.write(CRATE, &mine);
    course
        .expect(0, ["run", "lay_floor"])
        .says("`workbook run raise_wall`: the project's next stage");
    course.write(CRATE, mine.replace("    0", "    5"));
    course.expect(1, ["run", "raise_wall"]);
    course.expect(0, ["reset", "raise_wall"]);
    assert_eq!(course.read(CRATE), mine, "as it was when lay_floor passed");
    course
        .expect(0, ["diff", "raise_wall"])
        .says("your files equal the starter's");
    course.expect(0, ["reset", "lay_floor"]);
    assert!(
        course
            .read(CRATE)
            .starts_with("pub fn floor() -> u32 {\n    0"),
        "the first stage goes back to the project's starter"
    );
}

#[test]
fn a_stage_can_be_begun_from_the_reference_of_the_stage_before() {
    let course = Place::course();
    let mine = "pub fn floor() -> u32 {\n    40\n}\n\npub fn wall() -> u32 {\n    0\n}\n";
    course.write(CRATE, mine);
    course
        .expect(0, ["start", "builder", "--stage", "2"])
        .says("raise_wall begins with the reference of lay_floor");
    assert_eq!(course.read(CRATE), reference(&course, "lay_floor"));
    let events = course.journal();
    let started = events
        .iter()
        .find(|event| event["event"] == "started" && event["exercise"] == "raise_wall");
    assert_eq!(
        started.expect("it is recorded")["from"],
        "reference of lay_floor"
    );
    let skipped = |event: &&serde_json::Value| event["event"] == "skip";
    let skipped: Vec<_> = events.iter().filter(skipped).collect();
    assert_eq!(skipped.len(), 1, "{events:?}");
    assert_eq!(skipped[0]["exercise"], "lay_floor");
    // Work on it, then back to where it was begun, then back to what was there before all that.
    course.write(CRATE, reference(&course, "raise_wall"));
    course.expect(0, ["reset", "raise_wall"]);
    assert_eq!(course.read(CRATE), reference(&course, "lay_floor"));
}

#[test]
fn the_files_from_before_a_start_can_be_brought_back() {
    let course = Place::course();
    let mine = "pub fn floor() -> u32 {\n    40\n}\n\npub fn wall() -> u32 {\n    0\n}\n";
    course.write(CRATE, mine);
    course.expect(0, ["start", "raise_wall"]);
    course.expect(0, ["reset", "raise_wall", "--undo"]);
    assert_eq!(course.read(CRATE), mine);
}

#[test]
fn what_can_not_be_begun_so_is_told_why() {
    let course = Place::course();
    let check = |arguments: &[&str], complains: &str| {
        course.expect(2, arguments).complains(complains);
    };
    check(&["start", "lay_floor"], "it is the first of its project");
    check(&["start", "greet"], "it is no stage of a project");
    check(
        &["start", "builder", "--stage", "3"],
        "find stage 3 of `builder`; its stages are 1 to 2",
    );
    check(
        &["start", "bilder", "--stage", "1"],
        "there is no project of that name",
    );
    check(
        &["start", "builder", "--stage", "0"],
        "its stages are 1 to 2",
    );
}

#[test]
fn a_test_starts_the_program_of_its_own_candidate_whatever_is_built_meanwhile() {
    let course = Place::course();
    let program = "fn main() {\n    println!(\"{} {}\", builder::floor(), builder::wall());\n}\n";
    course.write("builder/src/main.rs", program);
    for stage in ["lay_floor", "raise_wall"] {
        // Often enough that other candidates are built before it ends.
        let started = "    for _ in 0..60 {\n        let output = std::process::Command::new(env!(\"CARGO_BIN_EXE_builder\"))\n            \
                       .output()\n            .expect(\"it starts\");\n        let said = String::from_utf8_lossy(&output.stdout);\n        \
                       assert_eq!(said, format!(\"{} {}\\n\", builder::floor(), builder::wall()));\n        \
                       std::thread::sleep(std::time::Duration::from_millis(20));\n    }\n}\n";
        let path = format!("builder/tests/{stage}.rs");
        let test = course.read(&path);
        let body = test.trim_end().trim_end_matches('}').to_owned();
        course.write(&path, body + started);
        let reference = format!("{SOLVED}/{stage}/reference/src/main.rs");
        course.write(&reference, program);
    }
    // The starters of both stages share a slot, and so do their references and their wrong attempts: a program of
    // another candidate fails `assert_eq` on what it prints, which no candidate is said to do where it should pass.
    course
        .expect(0, ["author", "prove", "lay_floor", "raise_wall"])
        .says("2 of 2 exercises proven");
}

const STAGE: &str = "builder/stages/raise_wall";
const TRUE_CODE: &str =
    "pub fn wall() -> u32 {\n    u32::from(true)\n}\n\npub fn floor() -> u32 {\n    1\n}\n";
const GOOD_TESTS: &str = "#[test]\nfn stands() {\n    assert_eq!(builder::wall(), 1, \"a wall\");\n}\n\n#[test]\nfn lies() {\n    \
                          assert_eq!(builder::floor(), 1);\n}\n";

/// The fixture with a second stage in which the learner writes the tests, and the course has the code.
fn suite_stage() -> Place {
    let course = Place::course();
    course.write(
        &format!("{STAGE}/exercise.toml"),
        r#"
title = "Stage 2: tests of a wall"
summary = "Test a wall"
minutes = 30
objectives = ["house.building"]
hints = ["one", "two", "three"]
owned = ["tests/mine.rs"]

[suite]
target = "mine"
shows = "your tests pass the true code"
starter = "passes"

[[mutants]]
name = "no_wall"
behaviour = "there is no wall"

[[mutants]]
name = "by_name"
behaviour = "the wall is written in another way"
correct = true
starter = "passes"
"#,
    );
    course.write(&format!("{STAGE}/given/src/lib.rs"), TRUE_CODE);
    let variant = |wall: &str| TRUE_CODE.replace("u32::from(true)", wall);
    course.write(
        &format!("{STAGE}/mutants/no_wall/src/lib.rs"),
        variant("u32::from(false)"),
    );
    course.write(
        &format!("{STAGE}/mutants/by_name/src/lib.rs"),
        variant("2 - 1"),
    );
    std::fs::remove_file(course.path("builder/tests/raise_wall.rs")).expect("it is there");
    course.write("builder/tests/mine.rs", weak_tests());
    let solution = format!("{SOLVED}/raise_wall");
    std::fs::remove_dir_all(course.path(&solution)).expect("it is there");
    course.write(&format!("{solution}/solution.toml"), "");
    course.write(
        &format!("{solution}/debrief.md"),
        "# Debrief\n\nA wall stands.\n",
    );
    course.write(&format!("{solution}/reference/tests/mine.rs"), GOOD_TESTS);
    let picky = GOOD_TESTS.replace(
        "    assert_eq!(builder::wall(), 1, \"a wall\");\n",
        "    let source = include_str!(\"../src/lib.rs\");\n    assert!(source.contains(\"true\"), \"{source}\");\n",
    );
    for (name, tests, fails, says) in [
        ("weak", weak_tests(), "mutant::no_wall", "there is no wall"),
        ("picky", picky, "mutant::by_name", "in another way"),
    ] {
        course.write(&format!("{solution}/wrong/{name}/tests/mine.rs"), tests);
        course.write(
            &format!("{solution}/wrong/{name}/wrong.toml"),
            format!("about = \"A weak one\"\nfails = [\"{fails}\"]\nsays = \"{says}\"\n"),
        );
    }
    course
}

fn weak_tests() -> String {
    GOOD_TESTS.replace("builder::wall(), 1, \"a wall\"", "builder::floor(), 1")
}

#[test]
fn in_a_stage_the_learner_may_own_the_tests_and_the_course_the_code_and_its_mutants() {
    let course = suite_stage();
    course
        .expect(0, ["author", "prove", "lay_floor", "raise_wall"])
        .says("2 of 2 exercises proven");
    // The learner's own code has nothing to do with it.
    course.write(CRATE, "pub fn floor() -> u32 {\n    1\n}\n");
    course
        .expect(1, ["run", "raise_wall"])
        .says("there is no wall");
    course.write("builder/tests/mine.rs", GOOD_TESTS);
    course.expect(0, ["run", "raise_wall"]);
    course.expect(0, ["verify", "lay_floor", "raise_wall"]);
}

#[test]
fn a_desk_from_an_edition_has_what_a_stage_gives_and_its_mutants() {
    let course = suite_stage();
    course.expect(0, ["author", "release", "edition"]);
    course.expect(0, ["init", "desk", "--course", "edition"]);
    let desk = Place::at(&course.path("desk"));
    let mine = "pub fn floor() -> u32 {\n    1\n}\n";
    desk.write(CRATE, mine);
    desk.expect(0, ["run", "lay_floor"]);
    let ran = desk.expect(1, ["run", "raise_wall"]);
    ran.says("there is no wall");
    assert!(
        !ran.all().contains(CRATE),
        "the learner's work of another stage is not complained of:\n{}",
        ran.all()
    );
    desk.write("builder/tests/mine.rs", GOOD_TESTS);
    desk.expect(0, ["run", "raise_wall"]);
    desk.expect(0, ["reset", "raise_wall"]);
    assert_eq!(desk.read("builder/tests/mine.rs"), weak_tests());
    assert_eq!(desk.read(CRATE), mine, "a reset of tests leaves the code");
}

/// A third stage, in which the code is the learner's again.
fn after_the_suite(course: &Place) {
    course.replace(
        "curriculum.toml",
        "\"raise_wall\"]",
        "\"raise_wall\", \"roof\"]",
    );
    let stage = course.read("builder/stages/lay_floor/exercise.toml");
    let stage = stage.replace("lay_floor", "roof");
    course.write("builder/stages/roof/exercise.toml", stage);
    let statement = course.read("builder/stages/lay_floor/README.md");
    course.write("builder/stages/roof/README.md", statement);
    course.write(
        "builder/tests/roof.rs",
        "#[test]\nfn stands() {\n    assert_eq!(builder::floor() + builder::wall(), 2, \"a roof\");\n}\n",
    );
    let lib = |wall: u32| {
        reference(course, "lay_floor").replace(
            "pub fn wall() -> u32 {\n    0",
            &format!("pub fn wall() -> u32 {{\n    {wall}"),
        )
    };
    let solution = format!("{SOLVED}/roof");
    course.write(&format!("{solution}/solution.toml"), "");
    course.write(&format!("{solution}/debrief.md"), "# Debrief\n\nA roof.\n");
    course.write(&format!("{solution}/reference/src/lib.rs"), lib(1));
    for (name, wall) in [("crooked", 3), ("two", 2)] {
        course.write(&format!("{solution}/wrong/{name}/src/lib.rs"), lib(wall));
        course.write(
            &format!("{solution}/wrong/{name}/wrong.toml"),
            "about = \"Crooked\"\nfails = [\"roof::stands\"]\nsays = \"a roof\"\n",
        );
    }
}

#[test]
fn a_stage_that_owns_code_again_begins_with_that_of_the_last_stage_that_owned_it() {
    let course = suite_stage();
    after_the_suite(&course);
    course
        .expect(0, ["author", "prove", "lay_floor", "raise_wall", "roof"])
        .says("3 of 3 exercises proven");
    course.expect(0, ["start", "roof"]);
    assert_eq!(course.read(CRATE), reference(&course, "lay_floor"));
    assert_eq!(
        course.read("builder/tests/mine.rs"),
        weak_tests(),
        "the tests are no part of the third stage"
    );
    // The stage before the suite can't be broken either.
    for part in ["reference", "wrong/crooked", "wrong/two"] {
        course.replace(
            &format!("{SOLVED}/roof/{part}/src/lib.rs"),
            "floor() -> u32 {\n    1",
            "floor() -> u32 {\n    5",
        );
    }
    course
        .expect(1, ["author", "prove", "roof"])
        .says("reference, by the checks of lay_floor: `lay_floor::stands` fails, and must pass");
}

#[test]
fn code_that_a_stage_neither_owns_nor_gives_is_that_of_the_project_s_folder() {
    let course = suite_stage();
    std::fs::remove_dir_all(course.path(&format!("{STAGE}/given"))).expect("it is there");
    course
        .expect(1, ["author", "prove", "raise_wall"])
        .says("reference: `suite::passes` fails, and must pass");
    course.write(CRATE, TRUE_CODE);
    course.write("builder/tests/mine.rs", GOOD_TESTS);
    course.expect(0, ["run", "raise_wall"]);
}

#[test]
fn files_of_a_stage_that_are_in_a_wrong_place_are_told() {
    let course = suite_stage();
    course.write("builder/mutants/no_wall/src/lib.rs", TRUE_CODE);
    course.write(&format!("{STAGE}/given/tests/mine.rs"), GOOD_TESTS);
    course.replace(
        &format!("{STAGE}/exercise.toml"),
        "target = \"mine\"",
        "target = \"other\"",
    );
    course
        .expect(1, ["author", "prove", "raise_wall"])
        .says("the mutants of a stage lie in `stages/raise_wall/mutants`")
        .says("owns `tests/mine.rs`, which `stages/raise_wall/given` gives too")
        .says("has the suite `tests/other.rs`, which is not the learner's: list it in `owned`");
}

#[test]
fn code_that_a_stage_gives_is_not_the_answer_of_an_earlier_one() {
    let course = suite_stage();
    let steps = |from: usize| -> String {
        let lines = (from..from + 9).map(|at| format!("    let step_number_{at} = {at} + {at};\n"));
        lines.collect()
    };
    let path = format!("{SOLVED}/lay_floor/reference/src/lib.rs");
    course.replace(&path, "    1\n", &format!("{}    1\n", steps(0)));
    let given = format!("{STAGE}/given/src/lib.rs");
    course.write(
        &given,
        format!("{TRUE_CODE}fn steps() {{\n{}}}\n", steps(0)),
    );
    let said = course.expect(1, ["author", "release", "edition"]);
    said.complains("lay_floor: `stages/raise_wall/given/src/lib.rs` has lines of the reference");
    course.write(
        &given,
        format!("{TRUE_CODE}fn steps() {{\n{}}}\n", steps(5)),
    );
    course.expect(0, ["author", "release", "edition"]);
}

#[test]
fn a_stage_of_tests_is_graded_beside_the_others() {
    let course = suite_stage();
    let solution = reference(&course, "lay_floor");
    course.write("submissions/ada/lay_floor/src/lib.rs", solution);
    course.write("submissions/ada/raise_wall/tests/mine.rs", GOOD_TESTS);
    let grade = [
        "grade",
        "run",
        "--submissions",
        "submissions",
        "--out",
        "grades",
    ];
    let rest = ["--json", "--require", "nothing"];
    let state = |only: &[&str], id: &str| {
        let arguments = grade.iter().chain(&rest).chain(only);
        let document = course.run(arguments).json();
        let grades = document["grades"].as_array().expect("there are grades");
        let grade = grades.iter().find(|it| it["exercise"] == id).cloned();
        grade.map(|it| {
            it["outcome"]["state"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
    };
    assert_eq!(state(&[], "lay_floor").as_deref(), Some("passed"));
    let only = ["--exercise", "raise_wall"];
    assert_eq!(state(&only, "raise_wall").as_deref(), Some("passed"));
    let nothing = "#[test]\nfn nothing() {}\n";
    course.write("submissions/ada/raise_wall/tests/mine.rs", nothing);
    assert_eq!(state(&only, "raise_wall").as_deref(), Some("failed"));
}

#[test]
fn a_later_stage_may_own_fewer_files_of_the_code() {
    let course = Place::course();
    let wall = |height: u32| format!("pub fn wall() -> u32 {{\n    {height}\n}}\n");
    let lib = |floor: u32| {
        format!("mod wall;\npub use wall::wall;\n\npub fn floor() -> u32 {{\n    {floor}\n}}\n")
    };
    let floor = |part: &str| format!("{SOLVED}/lay_floor/{part}/src");
    for (part, height) in [
        ("reference", 1),
        ("wrong/off_by_one", 2),
        ("wrong/constant", 3),
    ] {
        course.write(&format!("{}/lib.rs", floor(part)), lib(height));
        course.write(&format!("{}/wall.rs", floor(part)), wall(0));
    }
    course.write("builder/src/lib.rs", lib(0));
    course.write("builder/src/wall.rs", wall(0));
    let stage = format!("{STAGE}/exercise.toml");
    course.replace(&stage, "minutes", "owned = [\"src/wall.rs\"]\nminutes");
    course.write(
        &format!("{STAGE}/given/src/lib.rs"),
        lib(8).replace("    8", "    // Given.\n    1"),
    );
    for (part, height) in [
        ("reference", 1),
        ("wrong/off_by_one", 2),
        ("wrong/constant", 3),
    ] {
        let folder = format!("{SOLVED}/raise_wall/{part}/src");
        std::fs::remove_file(course.path(&format!("{folder}/lib.rs"))).expect("it is there");
        course.write(&format!("{folder}/wall.rs"), wall(height));
    }
    course
        .expect(0, ["author", "prove", "lay_floor", "raise_wall"])
        .says("2 of 2 exercises proven");
    // What is not the learner's any more plays no part, and is not touched.
    course.write(CRATE, "fn broken(\n");
    course.write("builder/src/wall.rs", wall(1));
    course.expect(0, ["run", "raise_wall"]);
    course.expect(0, ["start", "raise_wall"]);
    assert_eq!(course.read(CRATE), "fn broken(\n");
    assert_eq!(course.read("builder/src/wall.rs"), wall(0));
}
