//! `solution`, `diff` and `debrief`: after passing, or on request, which is recorded.

use serde_json::{Value, json};

use crate::support::Place;

const LIB: &str = "exercises/basics/add_up/src/lib.rs";

/// Whether each solution that was shown came before a pass.
fn shown(place: &Place) -> Vec<Value> {
    let journal = place.journal();
    let shown = journal.iter().filter(|entry| entry["event"] == "solution");
    shown.map(|entry| entry["before_pass"].clone()).collect()
}

fn passed_add_up() -> Place {
    let course = Place::course();
    course.solve("add_up");
    course.expect(0, ["run", "add_up"]);
    course
}

#[test]
fn before_a_pass_nothing_is_shown_and_nothing_recorded() {
    let course = Place::course();
    for (arguments, what) in [
        (["solution", "add_up"].as_slice(), "solution"),
        (
            &["solution", "add_up", "--alternative", "swapped"],
            "solution",
        ),
        (&["debrief", "add_up"], "debrief"),
        (&["diff", "add_up", "--with", "reference"], "reference"),
    ] {
        let ran = course.expect(2, arguments);
        ran.complains(&format!(
            "show the {what} of `add_up`: it is not passed yet"
        ))
        .complains("`workbook hint add_up`")
        .complains("--before-pass");
        assert_eq!(ran.stdout, "");
    }
    assert_eq!(course.journal(), [json!(null); 0]);
}

#[test]
fn on_request_it_is_shown_and_that_is_recorded() {
    for (arguments, text) in [
        (
            ["solution", "add_up", "--before-pass"].as_slice(),
            "    a + b\n",
        ),
        (&["debrief", "add_up", "--before-pass"], "It matters."),
        (
            &["diff", "add_up", "--with", "reference", "--before-pass"],
            "+    a + b\n",
        ),
    ] {
        let course = Place::course();
        course.expect(0, arguments).says(text);
        assert_eq!(shown(&course), [json!(true)]);
    }
}

#[test]
fn after_a_pass_all_is_shown() {
    let course = passed_add_up();
    course
        .expect(0, ["solution", "add_up"])
        .says("src/lib.rs\npub fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n")
        .says("Another way: The other way round: `workbook solution add_up --alternative swapped`");
    course
        .expect(0, ["solution", "add_up", "--alternative", "swapped"])
        .says("    b + a\n");
    course
        .expect(0, ["debrief", "add_up"])
        .says("Debrief of add_up");
    assert_eq!(shown(&course), [json!(false), json!(false), json!(false)]);
}

#[test]
fn what_could_not_be_shown_is_not_recorded_as_shown() {
    let course = passed_add_up();
    course
        .expect(2, ["solution", "add_up", "--alternative", "sideways"])
        .complains("find an alternative `sideways` of `add_up`; there is swapped");
    course
        .expect(
            2,
            ["solution", "greet", "--alternative", "x", "--before-pass"],
        )
        .complains("there is none");
    std::fs::remove_dir_all(course.path("solutions/basics/add_up")).unwrap();
    for arguments in [["solution", "add_up"], ["debrief", "add_up"]] {
        course.expect(2, arguments).complains("without solutions");
    }
    assert_eq!(shown(&course), [json!(null); 0]);
}

#[test]
fn without_a_name_it_is_the_one_passed_last() {
    let course = Place::course();
    for command in ["solution", "debrief"] {
        course.expect(2, [command]).complains(&format!(
            "none is passed yet; name one, as in `workbook {command} ID`"
        ));
    }
    course.solve("greet");
    course.expect(0, ["run", "greet"]);
    course.solve("add_up");
    course.expect(0, ["run", "add_up"]);
    course.expect(0, ["debrief"]).says("Debrief of add_up");
    course.expect(0, ["run", "greet"]);
    course.expect(0, ["debrief"]).says("Debrief of greet");
    course
        .expect(0, ["solution"])
        .says("format!(\"hello {name}\")");
}

#[test]
fn a_desk_shows_the_solutions_of_the_course_it_was_made_from() {
    let course = Place::course();
    course.expect(0, ["init", "../desk", "--course", "."]);
    let desk =
        |code, arguments: &[&str]| course.expect(code, ["-C", "../desk"].iter().chain(arguments));
    desk(0, &["solution", "add_up", "--before-pass"]).says("    a + b\n");
    desk(0, &["debrief", "add_up", "--before-pass"]).says("It matters.");
    desk(
        0,
        &["diff", "add_up", "--with", "reference", "--before-pass"],
    )
    .says("+    a + b\n");
    // Its course is gone.
    let desk = Place::desk();
    desk.expect(2, ["solution", "add_up", "--before-pass"])
        .complains("find the solution of `add_up`");
    assert_eq!(desk.journal(), [json!(null); 0]);
}

#[test]
fn diff_shows_what_changed_since_the_start() {
    for place in [Place::course(), Place::desk()] {
        place
            .expect(0, ["diff"])
            .says("your files equal the starter's");
        place.solve("add_up");
        place.write("exercises/basics/add_up/src/more.rs", "// more\n");
        place
            .expect(0, ["diff"])
            .says("--- starter/src/lib.rs\n+++ mine/src/lib.rs\n")
            .says("-    a * b - a * b + a.min(b) - a.min(b)\n+    a + b\n")
            .says("+++ mine/src/more.rs\n")
            .says("+// more\n");
        std::fs::remove_file(place.path(LIB)).unwrap();
        place.expect(0, ["diff"]).says("-pub fn add(");
    }
}

#[test]
fn diff_with_the_reference_shows_what_it_does_otherwise() {
    let course = Place::course();
    course.write(LIB, "pub fn add(a: u32, b: u32) -> u32 {\n    b + a\n}\n");
    course.expect(0, ["run", "add_up"]);
    course
        .expect(0, ["diff", "--with", "reference"])
        .says("--- mine/src/lib.rs\n+++ reference/src/lib.rs\n")
        .says("-    b + a\n+    a + b\n");
    course.solve("add_up");
    course
        .expect(0, ["diff", "--with", "reference"])
        .says("your files equal the reference's");
}
