//! `watch`: a save is noticed however an editor makes it, and the program ends when asked to.

use rustix::process::Signal;

use crate::running::{Running, assert_gone, eventually, hanging_greet, written_pids};
use crate::support::Place;

const WAITING: &str = "waiting for a save";
const ADD_UP: &str = "exercises/basics/add_up/src/lib.rs";

fn watch(place: &Place, arguments: &[&str]) -> Running {
    let mut command = place.command();
    command.arg("watch").args(arguments);
    Running::start(command)
}

/// A watch that has judged the starter and waits.
fn waiting(place: &Place, arguments: &[&str]) -> Running {
    let mut watch = watch(place, arguments);
    watch.wait_for(WAITING);
    watch
}

/// Asks it to end, and expects that it does.
fn end(mut watch: Running) {
    watch.signal(Signal::TERM);
    assert_eq!(watch.end(), Some(130));
}

#[test]
fn a_save_runs_the_exercise_and_a_pass_is_recorded() {
    for place in [Place::course(), Place::desk()] {
        let mut watch = waiting(&place, &[]);
        let first = watch.take_seen();
        assert!(first.contains("add_up — Add up"), "{first}");
        assert!(first.contains("✗ 2 and 2 are 4"), "{first}");
        place.solve("add_up");
        watch.wait_for("Passed: 2 of 2 checks");
        watch.wait_for("or save a file of greet to go on there");
        watch.wait_for(WAITING);
        let recorded = place.journal().pop().expect("it is recorded");
        assert_eq!(recorded["exercise"], "add_up");
        assert_eq!(recorded["outcome"], "passed");
        // And again.
        place.write(ADD_UP, "pub fn add(_: u32, _: u32) -> u32 {\n    9\n}\n");
        watch.wait_for("0 of 2 checks pass");
        watch.wait_for(WAITING);
        end(watch);
    }
}

#[test]
fn a_save_of_another_exercise_goes_on_there() {
    let course = Place::course();
    let mut watch = waiting(&course, &["tally"]);
    assert!(watch.take_seen().contains("tally — Tally"));
    course.solve("greet");
    watch.wait_for("greet — Greet");
    watch.wait_for("Passed: 1 of 1 checks");
    watch.wait_for(WAITING);
    course.write("exercises/basics/add_up/src/more.rs", "// a new file\n");
    watch.wait_for("add_up — Add up");
    watch.wait_for(WAITING);
    end(watch);
}

#[test]
fn a_save_in_a_crate_of_stages_runs_the_first_open_one() {
    let course = Place::course();
    let mut watch = waiting(&course, &["lay_floor"]);
    let stage = |id: &str| {
        let path = format!("solutions/builder/stages/{id}/reference/src/lib.rs");
        course.write("builder/src/lib.rs", course.read(&path));
    };
    stage("lay_floor");
    watch.wait_for("lay_floor — ");
    watch.wait_for("Passed: 1 of 1 checks");
    watch.wait_for(WAITING);
    stage("raise_wall");
    watch.wait_for("raise_wall — ");
    watch.wait_for("Passed: 1 of 1 checks");
    watch.wait_for(WAITING);
    end(watch);
}

#[test]
fn a_file_that_is_replaced_or_deleted_is_noticed() {
    let course = Place::course();
    let starter = course.read(ADD_UP);
    let mut watch = waiting(&course, &[]);
    // Written under another name, then moved into place, as many editors save; three times, as the file
    // that was there at first is gone by then.
    for (right, draft) in [
        (true, "exercises/basics/add_up/src/lib.rs~"),
        (false, "draft.rs"),
        (true, "exercises/basics/add_up/src/.lib.rs.new"),
    ] {
        let body = if right { "a + b" } else { "a - b" };
        course.write(
            draft,
            starter.replace("a * b - a * b + a.min(b) - a.min(b)", body),
        );
        std::fs::rename(course.path(draft), course.path(ADD_UP)).expect("files can be renamed");
        let expected = if right {
            "Passed: 2 of 2"
        } else {
            "1 of 2 checks pass"
        };
        watch.wait_for(expected);
        watch.wait_for(WAITING);
    }
    std::fs::remove_file(course.path(ADD_UP)).expect("files can be deleted");
    watch.wait_for("is not there; `workbook reset add_up`");
    watch.wait_for(WAITING);
    course.write(ADD_UP, starter);
    watch.wait_for("1 of 2 checks pass");
    end(watch);
}

#[test]
fn a_desk_reached_through_a_link_is_watched() {
    let desk = Place::desk();
    let link = desk.root.with_file_name("link");
    std::os::unix::fs::symlink(&desk.root, &link).expect("links can be made");
    let mut command = desk.command();
    command.current_dir(link).arg("watch");
    let mut watch = Running::start(command);
    watch.wait_for(WAITING);
    desk.solve("add_up");
    watch.wait_for("Passed: 2 of 2 checks");
    end(watch);
}

#[test]
fn it_ends_when_asked_to_and_leaves_no_process() {
    let course = Place::course();
    let manifest = "exercises/basics/greet/exercise.toml";
    course.write(
        manifest,
        course.read(manifest) + "\n[limits]\ntest_seconds = 600\n",
    );
    for signal in [Signal::TERM, Signal::INT] {
        // While an exercise hangs.
        let pids = course.path("pids");
        course.write("exercises/basics/greet/src/lib.rs", hanging_greet(&pids));
        let mut watch = watch(&course, &["greet"]);
        let hanging = written_pids(&pids);
        watch.signal(signal);
        assert_eq!(watch.end(), Some(130));
        assert_gone(&hanging);
        std::fs::remove_file(&pids).expect("it is there");
        // While it waits.
        let mut watch = waiting(&course, &["add_up"]);
        watch.signal(signal);
        assert_eq!(watch.end(), Some(130));
    }
}

#[test]
fn with_nothing_left_to_do_an_exercise_has_to_be_named() {
    let course = Place::course();
    for id in ["add_up", "greet", "tally"] {
        course.solve(id);
    }
    course.write(
        "builder/src/lib.rs",
        course.read("solutions/builder/stages/raise_wall/reference/src/lib.rs"),
    );
    course.expect(0, ["verify"]);
    course
        .expect(2, ["watch"])
        .complains("all are passed; name one, as in `workbook watch ID`");
}

#[test]
fn a_save_during_a_run_ends_it_and_judges_the_new_bytes() {
    let course = Place::course();
    let manifest = "exercises/basics/greet/exercise.toml";
    let limits = "\n[limits]\ntest_seconds = 600\n";
    course.write(manifest, course.read(manifest) + limits);
    let pids = course.path("pids");
    course.write("exercises/basics/greet/src/lib.rs", hanging_greet(&pids));
    let mut watch = watch(&course, &["greet"]);
    let hanging = written_pids(&pids);
    course.solve("greet");
    watch.wait_for("saved again; checking the new files");
    watch.wait_for("Passed: 1 of 1 checks");
    assert_gone(&hanging);
    end(watch);
}

#[test]
fn a_reader_that_has_gone_ends_it() {
    let course = Place::course();
    let mut command = course.command();
    command.args(["watch", "add_up"]);
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program can be started");
    drop(child.stdout.take());
    let status = eventually("it ends", || {
        child.try_wait().expect("it can be waited for")
    });
    assert_eq!(status.code(), Some(0));
}
