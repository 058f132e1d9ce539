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
    course.expect(0, ["run", "lay_floor"]);
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
