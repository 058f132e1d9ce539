//! `next` and `run`: one exercise, and where to go from there.

use super::solve_all;
use crate::support::Place;

const SCENARIO: &str = "A scenario for add_up.";

#[test]
fn the_first_look_tells_the_scenario_and_later_ones_do_not() {
    for place in [Place::course(), Place::desk()] {
        let first = place.expect(1, ["next"]);
        first
            .says("First week · Basics · 1 of 5")
            .says("add_up — Add up")
            .says(SCENARIO)
            .says("edit exercises/basics/add_up/src/lib.rs")
            .says("✗ 2 and 2 are 4")
            .says("✓ nothing and nothing are nothing")
            .says("1 of 2 checks pass. This is where you start");
        assert_eq!(place.journal()[0]["event"], "started");
        let second = place.expect(1, ["next"]);
        assert!(!second.stdout.contains(SCENARIO), "{}", second.all());
        second.says("`workbook hint add_up` if you are stuck");
    }
}

#[test]
fn the_first_look_is_the_first_even_if_a_check_or_a_hint_came_before() {
    for command in ["verify", "hint", "skip"] {
        let course = Place::course();
        course.run([command, "add_up"]);
        for id in ["greet", "tally", "lay_floor", "raise_wall"] {
            course.expect(0, ["skip", id]);
        }
        course.expect(1, ["next"]).says(SCENARIO);
    }
}

#[test]
fn next_goes_on_after_a_pass() {
    // The course that the desk was made from is gone, and its solutions with it.
    for (place, has_solutions) in [(Place::course(), true), (Place::desk(), false)] {
        place.expect(1, ["next"]);
        place.solve("add_up");
        let passed = place.expect(0, ["next"]);
        passed
            .says("Passed: 2 of 2 checks")
            .says("`workbook next`: greet — Greet");
        assert_eq!(
            passed.stdout.contains("`workbook debrief add_up`"),
            has_solutions,
            "{}",
            passed.all()
        );
        place
            .expect(1, ["next"])
            .says("greet — Greet")
            .says("1/5")
            .says("A scenario for greet.");
    }
}

#[test]
fn a_track_has_its_own_order() {
    let course = Place::course();
    course
        .expect(1, ["next", "--track", "short"])
        .says("greet — Greet");
    course.solve("greet");
    course
        .expect(0, ["next", "--track", "short"])
        .says("`workbook next`: lay_floor");
    course
        .expect(2, ["next", "--track", "long"])
        .complains("find a track `long`; the course has short");
}

#[test]
fn json_has_the_verdict_and_what_is_current_after_it() {
    let course = Place::course();
    let red = course.expect(1, ["next", "--json"]).json();
    assert_eq!(red["version"], 1);
    assert_eq!(red["exercise"], "add_up");
    assert_eq!(red["file"], "exercises/basics/add_up/src/lib.rs");
    assert_eq!(red["verdict"]["outcome"]["state"], "failed");
    assert_eq!(
        red["verdict"]["checks"][1]["id"],
        "checks::adds_two_numbers"
    );
    assert_eq!(red["current"], "add_up");
    course.solve("add_up");
    let green = course.expect(0, ["next", "--json"]).json();
    assert_eq!(green["verdict"]["outcome"]["state"], "passed");
    assert_eq!(green["current"], "greet");
}

#[test]
fn when_all_are_passed_next_says_so() {
    let course = Place::course();
    solve_all(&course);
    course.expect(0, ["verify"]).says("5 of 5 exercises pass");
    course
        .expect(0, ["next"])
        .says("Every exercise is passed")
        .says("`workbook progress`");
    let json = course.expect(0, ["next", "--json"]).json();
    assert!(json["current"].is_null() && json["verdict"].is_null());
    course
        .expect(0, ["run", "tally"])
        .says("That was the last one");
    // Without a current exercise one has to be named, in words that fit the command.
    for command in ["run", "show", "hint", "skip", "reset"] {
        course.expect(2, [command]).complains(&format!(
            "all are passed; name one, as in `workbook {command} ID`"
        ));
    }
    course
        .expect(2, ["notes"])
        .complains("all exercises are passed; name one, as in `workbook notes 1`");
}

#[test]
fn run_takes_an_id_an_old_name_or_what_is_current() {
    let course = Place::course();
    course.expect(1, ["run"]).says("add_up — Add up");
    course.expect(1, ["run", "tally"]).says("tally — Tally");
    course.solve("greet");
    course.expect(0, ["run", "say_hello"]).says("greet — Greet");
    assert_eq!(course.journal().last().unwrap()["exercise"], "greet");
    let json = course.expect(0, ["run", "say_hello", "--json"]).json();
    assert_eq!(json["exercise"], "greet");
    assert_eq!(json["verdict"]["outcome"]["state"], "passed");
}

#[test]
fn code_that_does_not_build_is_shown_as_the_compiler_says_it() {
    for place in [Place::course(), Place::desk()] {
        place.write(
            "exercises/basics/add_up/src/lib.rs",
            "pub fn add(a: u32, b: u32) -> u32 {\n    a + c\n}\n",
        );
        place
            .expect(1, ["run", "add_up"])
            .says("The code does not build:")
            .says("cannot find value `c`")
            .says("exercises/basics/add_up/src/lib.rs:2:9");
    }
}

#[test]
fn a_deleted_file_is_not_run_and_never_passed() {
    for place in [Place::course(), Place::desk()] {
        place.solve("add_up");
        place.expect(0, ["run", "add_up"]);
        std::fs::remove_file(place.path("exercises/basics/add_up/src/lib.rs")).unwrap();
        place
            .expect(1, ["run", "add_up"])
            .says("`exercises/basics/add_up/src/lib.rs` is not there; `workbook reset add_up`");
        let verified = place.expect(1, ["verify", "add_up", "--json"]).json();
        assert_eq!(verified["results"][0]["passed"], false);
    }
}

#[test]
fn a_change_to_a_pristine_file_of_a_desk_does_not_count_and_is_said() {
    let desk = Place::desk();
    let checks = "exercises/basics/add_up/tests/checks.rs";
    desk.write(
        checks,
        "#[test]\nfn adds_two_numbers() {}\n\n#[test]\nfn adds_nothing() {}\n",
    );
    desk.write("exercises/basics/add_up/Cargo.toml", "no manifest at all");
    for command in ["next", "run"] {
        desk.expect(1, [command])
            .says(&format!("your change to `{checks}` does not count"))
            .says("your change to `exercises/basics/add_up/Cargo.toml` does not count")
            .says("✗ 2 and 2 are 4");
    }
    // Also where a pass is at stake, and where the file is gone.
    desk.solve("add_up");
    std::fs::remove_file(desk.path(checks)).unwrap();
    desk.expect(0, ["run", "add_up"])
        .says(&format!("your change to `{checks}` does not count"))
        .says("Passed: 2 of 2 checks");
}
