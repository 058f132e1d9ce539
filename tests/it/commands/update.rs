//! `update`: a new version of the course, and nothing of the learner's is lost.

use serde_json::json;

use crate::support::Place;

const ADD: &str = "exercises/basics/add_up/src/lib.rs";
const GREET: &str = "exercises/basics/greet/src/lib.rs";

/// A desk, and the course that it takes new versions from.
fn desk_and_course() -> (Place, Place) {
    let course = Place::course();
    let desk = Place::desk();
    (desk, course)
}

fn update(desk: &Place, course: &Place, code: i32, more: &[&str]) -> crate::support::Ran {
    let course = course.root.to_str().expect("the path is text");
    let arguments = ["update", "--course", course];
    desk.expect(code, arguments.iter().chain(more))
}

fn solve(desk: &Place, course: &Place, id: &str) {
    let reference = format!("solutions/basics/{id}/reference/src/lib.rs");
    let file = format!("exercises/basics/{id}/src/lib.rs");
    desk.write(&file, course.read(&reference));
    desk.expect(0, ["run", id]);
}

#[test]
fn what_is_untouched_is_taken_anew_and_what_the_learner_wrote_stays() {
    let (desk, course) = desk_and_course();
    solve(&desk, &course, "add_up");
    let mine = desk.read(ADD);
    course.replace("curriculum.toml", "1.2.3", "1.3.0");
    for file in [ADD, GREET] {
        course.write(file, course.read(file) + "// A new start.\n");
    }
    course.replace(
        "exercises/basics/add_up/tests/checks.rs",
        "add(2, 2)",
        "add(2, 2 + 0)",
    );
    course.write("week_a/notes.md", "# New notes\n");

    let dry = update(&desk, &course, 0, &["--dry-run"]);
    dry.says("Would update from 1.2.3 to 1.3.0:");
    assert!(!desk.read(GREET).contains("A new start"));

    update(&desk, &course, 0, &[])
        .says("Updated from 1.2.3 to 1.3.0:")
        .says("changed since you passed them: add_up; `workbook verify` checks them again")
        .says("add_up starts otherwise now; your files stay, and `workbook reset add_up` takes the new start");
    assert_eq!(desk.read(ADD), mine);
    assert!(desk.read(GREET).contains("A new start"));
    desk.expect(0, ["notes", "1"]).says("New notes");
    desk.expect(0, ["doctor"]).says("fixture 1.3.0");
    desk.expect(0, ["verify", "add_up"]);
    desk.expect(0, ["list", "--state", "passed"]).says("add_up");
    desk.expect(0, ["reset", "add_up"]);
    assert!(desk.read(ADD).contains("A new start"));
    desk.expect(0, ["reset", "add_up", "--undo"]);
    assert_eq!(desk.read(ADD), mine);
    // From the same place again.
    desk.expect(0, ["update"])
        .says("up to date: A small course 1.3.0");
}

#[test]
fn an_exercise_that_moved_or_got_another_name_takes_its_work_along() {
    let (desk, course) = desk_and_course();
    solve(&desk, &course, "add_up");
    let mine = desk.read(ADD);
    desk.write("exercises/basics/add_up/src/notes.rs", "// mine\n");
    for folder in ["exercises", "solutions"] {
        let at = |id: &str| course.path(&format!("{folder}/basics/{id}"));
        std::fs::rename(at("add_up"), at("sum_up")).expect("it can be moved");
    }
    for file in ["Cargo.toml", "tests/checks.rs"] {
        let file = format!("exercises/basics/sum_up/{file}");
        let text = course.read(&file).replace("add_up", "sum_up");
        course.write(&file, text);
    }
    course.replace("exercises/basics/greet/exercise.toml", "add_up", "sum_up");
    course.replace("curriculum.toml", "\"add_up\"", "\"sum_up\"");
    course.replace(
        "curriculum.toml",
        "[aliases]",
        "[aliases]\nadd_up = \"sum_up\"",
    );

    let json = update(&desk, &course, 0, &["--json"]).json();
    assert_eq!((&json["added"], &json["removed"]), (&json!([]), &json!([])));
    assert_eq!(json["passed_and_changed"], json!(["sum_up"]));
    assert_eq!(desk.read("exercises/basics/sum_up/src/lib.rs"), mine);
    assert_eq!(
        desk.read("exercises/basics/sum_up/src/notes.rs"),
        "// mine\n"
    );
    assert!(!desk.path("exercises/basics/add_up").exists());
    desk.expect(0, ["list", "--state", "passed"]).says("sum_up");
    desk.expect(0, ["verify", "sum_up"]);
}

#[test]
fn what_is_new_comes_and_what_is_gone_goes_but_for_the_learner_s_work() {
    let (desk, course) = desk_and_course();
    desk.write("exercises/basics/tally/src/lib.rs", "// my try\n");
    desk.write("exercises/basics/greet/tests/checks.rs", "// my change\n");
    course.expect(
        0,
        [
            "author",
            "new",
            "basics/shiny",
            "--objective",
            "basics.strings",
        ],
    );
    for id in ["tally", "greet"] {
        for folder in ["exercises", "solutions"] {
            std::fs::remove_dir_all(course.path(&format!("{folder}/basics/{id}")))
                .expect("it is there");
        }
        course.replace("curriculum.toml", &format!("\"{id}\", "), "");
    }
    course.replace(
        "curriculum.toml",
        "\"greet\", \"lay_floor\"",
        "\"lay_floor\"",
    );
    course.replace("curriculum.toml", "say_hello = \"greet\"", "");
    course.replace(
        "curriculum.toml",
        "\"long_gone\"",
        "\"long_gone\", \"tally\", \"greet\"",
    );
    let json = update(&desk, &course, 0, &["--json"]).json();
    assert_eq!(json["added"], json!(["shiny"]));
    assert_eq!(json["removed"], json!(["greet", "tally"]));
    assert!(desk.path("exercises/basics/shiny/src/lib.rs").is_file());
    assert!(!desk.path(GREET).exists());
    assert_eq!(
        desk.read("exercises/basics/greet/tests/checks.rs"),
        "// my change\n"
    );
    assert_eq!(
        desk.read("exercises/basics/tally/src/lib.rs"),
        "// my try\n"
    );
    let manifest = desk.read("Cargo.toml");
    assert!(manifest.contains("basics/shiny") && !manifest.contains("basics/tally"));
}

#[test]
fn a_changed_file_of_the_course_is_kept_aside() {
    let (desk, course) = desk_and_course();
    desk.write("exercises/basics/greet/tests/checks.rs", "// my change\n");
    course.write("week_a/notes.md", "# New notes\n");
    update(&desk, &course, 0, &[])
        .says("Updated, still version 1.2.3:")
        .says("your change to a file of the course is kept: .workbook/backups/updates/0001/exercises/basics/greet/tests/checks.rs");
    let kept = ".workbook/backups/updates/0001/exercises/basics/greet/tests/checks.rs";
    assert_eq!(desk.read(kept), "// my change\n");
    assert_eq!(
        desk.read("exercises/basics/greet/tests/checks.rs"),
        course.read("exercises/basics/greet/tests/checks.rs")
    );
    update(&desk, &course, 0, &[]).says("up to date");
}

#[test]
fn an_update_that_was_killed_is_finished_by_the_next() {
    let (desk, course) = desk_and_course();
    solve(&desk, &course, "add_up");
    let mine = desk.read(ADD);
    for file in [ADD, GREET, "exercises/basics/tally/src/lib.rs"] {
        course.write(file, course.read(file) + "// A new start.\n");
    }
    // Killed after the first file.
    desk.write(GREET, course.read(GREET));
    update(&desk, &course, 0, &[]);
    assert_eq!(desk.read(ADD), mine);
    for file in [GREET, "exercises/basics/tally/src/lib.rs"] {
        assert_eq!(desk.read(file), course.read(file));
    }
}

#[test]
fn what_can_not_be_taken_changes_nothing() {
    let check = |code: i32, damage: &dyn Fn(&Place), says: &str| {
        let (desk, course) = desk_and_course();
        desk.write(GREET, "// mine\n");
        course.write("week_a/notes.md", "# New notes\n");
        damage(&course);
        update(&desk, &course, code, &[]).complains(says);
        assert_eq!(desk.read(GREET), "// mine\n");
        assert!(!desk.read("week_a/notes.md").contains("New notes"));
        desk.expect(0, ["list"]);
    };
    check(
        2,
        &|course| course.replace("curriculum.toml", "1.2.3", "1.2.2"),
        "failed to update to 1.2.2, which is older than the desk's 1.2.3",
    );
    check(
        2,
        &|course| course.replace("curriculum.toml", "\"fixture\"", "\"other\""),
        "which is another course; `workbook init` makes a desk for that",
    );
    check(
        2,
        &|course| course.replace("exercises/basics/tally/exercise.toml", "minutes", "minuets"),
        "minuets",
    );
    check(
        2,
        &|course| std::fs::remove_file(course.path("curriculum.toml")).expect("it is there"),
        "it has no `curriculum.toml`",
    );
    // The course that the desk was made from has gone.
    let desk = Place::desk();
    desk.expect(2, ["update"])
        .complains("where this desk took it from; `--course PATH` names another place");
    desk.expect(2, ["update", "--built-in"])
        .complains("which is another course");
    Place::course()
        .expect(2, ["update"])
        .complains("it is a clone; `git pull` takes the new version");
}
