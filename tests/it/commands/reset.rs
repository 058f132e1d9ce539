//! `reset` and `skip`: nothing that a learner wrote is lost by either.

use std::process::Command;

use crate::support::Place;

const LIB: &str = "exercises/basics/add_up/src/lib.rs";
const NEW: &str = "exercises/basics/add_up/src/deep/new.rs";

fn is_there(place: &Place, path: &str) -> bool {
    place.path(path).exists()
}

/// Which exercise is current.
fn current(place: &Place) -> String {
    let listed = place.expect(0, ["list"]).stdout;
    let line = listed.lines().find(|line| line.contains("← next"));
    let line = line.expect("there is a current one");
    line.split_whitespace()
        .nth(1)
        .expect("it has an id")
        .to_owned()
}

#[test]
fn reset_puts_the_starter_back_and_undo_brings_the_work_back() {
    for place in [Place::course(), Place::desk()] {
        let starter = place.read(LIB);
        place.expect(1, ["next"]);
        place.write(LIB, "// mine\n");
        place.write(NEW, "// new\n");
        place
            .expect(0, ["reset"])
            .says("add_up is back at its start; `workbook reset add_up --undo`");
        assert_eq!(place.read(LIB), starter);
        assert!(!is_there(&place, NEW));
        place.expect(0, ["reset", "--undo"]);
        assert_eq!(place.read(LIB), "// mine\n");
        assert_eq!(place.read(NEW), "// new\n");
        // And forth, and back.
        place.expect(0, ["reset", "add_up", "--undo"]);
        assert_eq!(place.read(LIB), starter);
        assert!(!is_there(&place, NEW));
        place.expect(0, ["reset", "add_up", "--undo"]);
        assert_eq!(place.read(LIB), "// mine\n");
        let events: Vec<_> = place
            .journal()
            .iter()
            .map(|entry| entry["event"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(events[2..], ["reset", "undo", "reset", "undo"]);
    }
}

#[test]
fn work_comes_back_after_two_resets_in_a_row() {
    let desk = Place::desk();
    desk.write(LIB, "// mine\n");
    desk.expect(0, ["reset", "add_up"]);
    desk.expect(0, ["reset", "add_up"]);
    desk.expect(0, ["reset", "add_up", "--undo"]);
    assert_eq!(desk.read(LIB), "// mine\n");
}

#[test]
fn without_a_reset_there_is_nothing_to_bring_back() {
    let desk = Place::desk();
    let starter = desk.read(LIB);
    let nothing = "undo a reset of `add_up`: there is nothing to bring back";
    desk.expect(2, ["reset", "add_up", "--undo"])
        .complains(nothing);
    // Nor is there after one that changed nothing.
    desk.expect(0, ["reset", "add_up"]);
    desk.expect(2, ["reset", "add_up", "--undo"])
        .complains(nothing);
    assert_eq!(desk.read(LIB), starter);
}

#[test]
fn what_was_deleted_comes_back() {
    for place in [Place::course(), Place::desk()] {
        let starter = place.read(LIB);
        place.expect(1, ["next"]);
        std::fs::remove_dir_all(place.path("exercises/basics/add_up/src")).unwrap();
        place.expect(0, ["reset"]);
        assert_eq!(place.read(LIB), starter);
    }
}

#[test]
fn a_desk_s_changed_pristine_files_are_put_back_and_a_neighbour_is_left_alone() {
    let desk = Place::desk();
    let files = ["tests/checks.rs", "Cargo.toml", "exercise.toml"]
        .map(|file| format!("exercises/basics/add_up/{file}"));
    let before = files.each_ref().map(|file| desk.read(file));
    desk.write(&files[0], "");
    desk.write(&files[1], "nonsense");
    std::fs::remove_file(desk.path(&files[2])).unwrap();
    desk.write("exercises/basics/greet/src/lib.rs", "// mine\n");
    desk.write("exercises/basics/greet/tests/checks.rs", "// mine\n");
    desk.expect(0, ["reset", "add_up"]);
    assert_eq!(files.each_ref().map(|file| desk.read(file)), before);
    assert_eq!(desk.read("exercises/basics/greet/src/lib.rs"), "// mine\n");
    assert_eq!(
        desk.read("exercises/basics/greet/tests/checks.rs"),
        "// mine\n"
    );
}

#[test]
fn what_was_passed_and_reset_is_to_be_done_again_until_that_is_undone() {
    let desk = Place::desk();
    desk.solve("add_up");
    desk.expect(0, ["run", "add_up"]);
    assert_eq!(current(&desk), "greet");
    desk.expect(0, ["reset", "add_up"]);
    assert_eq!(current(&desk), "add_up");
    desk.expect(0, ["reset", "add_up", "--undo"]);
    assert_eq!(current(&desk), "greet");
    // The starter is back again, so there is work to do again.
    desk.expect(0, ["reset", "add_up", "--undo"]);
    assert_eq!(current(&desk), "add_up");
    desk.expect(0, ["reset", "add_up", "--undo"]);
    assert_eq!(current(&desk), "greet");
}

/// Regression: one undo did not close what two resets in a row had opened.
#[test]
fn two_resets_in_a_row_are_taken_back_by_one_undo() {
    let desk = Place::desk();
    desk.solve("add_up");
    desk.expect(0, ["run", "add_up"]);
    desk.expect(0, ["reset", "add_up"]);
    desk.expect(0, ["reset", "add_up"]);
    assert_eq!(current(&desk), "add_up");
    desk.expect(0, ["reset", "add_up", "--undo"]);
    assert_eq!(current(&desk), "greet");
}

fn git(place: &Place, arguments: &[&str]) {
    let ran = Command::new("git")
        .current_dir(&place.root)
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git can be started");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

/// A clone under git, as it was committed.
fn committed() -> Place {
    let course = Place::course();
    git(&course, &["init", "--quiet"]);
    git(&course, &["add", "."]);
    git(&course, &["commit", "--quiet", "--message", "The course"]);
    course
}

#[test]
fn in_a_git_clone_the_starter_is_what_was_committed_whatever_came_before_the_first_command() {
    let greet = "exercises/basics/greet/src/lib.rs";
    for first in ["next", "run", "verify", "diff", "reset"] {
        let clone = committed();
        let starters = [clone.read(LIB), clone.read(greet)];
        clone.write(LIB, "pub fn add(_: u32, _: u32) -> u32 {\n    5\n}\n");
        clone.write(NEW, "// new\n");
        // In the index, too.
        std::fs::remove_file(clone.path(greet)).unwrap();
        git(&clone, &["add", "--update"]);
        clone.run([first]);
        clone.expect(0, ["reset", "add_up"]);
        clone.expect(0, ["reset", "greet"]);
        assert_eq!(
            [clone.read(LIB), clone.read(greet)],
            starters,
            "after {first}"
        );
        assert!(!is_there(&clone, NEW), "after {first}");
    }
}

#[test]
fn without_git_the_starter_is_what_was_there_at_the_first_command() {
    let course = Place::course();
    let starter = course.read(LIB);
    course.expect(1, ["next"]);
    course.write(LIB, "// mine\n");
    course.expect(1, ["verify", "add_up"]);
    course.expect(0, ["reset"]);
    assert_eq!(course.read(LIB), starter);
}

#[test]
fn a_starter_that_was_not_there_at_the_first_command_is_remembered_later() {
    let course = Place::course();
    let starter = course.read(LIB);
    std::fs::remove_file(course.path(LIB)).unwrap();
    course
        .expect(2, ["reset", "add_up"])
        .complains("find the starter of `add_up`");
    course.write(LIB, &starter);
    course.expect(1, ["run", "add_up"]);
    course.write(LIB, "// mine\n");
    course.expect(0, ["reset", "add_up"]);
    assert_eq!(course.read(LIB), starter);
}

#[test]
fn stages_of_one_crate_that_own_different_files_have_a_starter_each() {
    let course = Place::course();
    let manifest = "builder/stages/raise_wall/exercise.toml";
    course.replace(manifest, "minutes", "owned = [\"answers.toml\"]\nminutes");
    course.write("builder/answers.toml", "# the start\n");
    let lib = course.read("builder/src/lib.rs");
    course.expect(1, ["verify", "--week", "2"]);
    course.write("builder/answers.toml", "# mine\n");
    course.write("builder/src/lib.rs", "// mine\n");
    course.expect(0, ["reset", "raise_wall"]);
    assert_eq!(course.read("builder/answers.toml"), "# the start\n");
    assert_eq!(course.read("builder/src/lib.rs"), "// mine\n");
    course.expect(0, ["reset", "lay_floor"]);
    assert_eq!(course.read("builder/src/lib.rs"), lib);
}

#[test]
fn what_is_skipped_comes_last() {
    let course = Place::course();
    course
        .expect(0, ["skip"])
        .says("add_up is left for later")
        .says("`workbook next`: greet — Greet");
    course.expect(1, ["next"]).says("greet — Greet");
    for id in ["say_hello", "tally", "lay_floor", "raise_wall"] {
        course.expect(0, ["skip", id]);
    }
    // Only skipped ones remain.
    course.expect(1, ["next"]).says("add_up — Add up");
    course.solve("greet");
    course.expect(0, ["run", "greet"]);
    let skipped = course.expect(0, ["list", "--state", "skipped"]);
    assert!(!skipped.stdout.contains("greet"), "{}", skipped.all());
    skipped.says("tally");
}
