//! `progress` and `doctor`: how far the learner is, and what the machine lacks.

use serde_json::json;

use super::solve_all;
use crate::support::Place;

#[test]
fn progress_counts_what_is_passed_by_week_and_objective_and_day() {
    let course = Place::course();
    let json = course.expect(0, ["progress", "--json"]).json();
    assert_eq!((&json["passed"], &json["total"]), (&0.into(), &5.into()));
    assert_eq!(json["days"], json!([]));
    for id in ["add_up", "tally"] {
        course.solve(id);
        course.expect(0, ["run", id]);
        course.expect(0, ["run", id]);
    }
    let json = course.expect(0, ["progress", "--json"]).json();
    assert_eq!((&json["passed"], &json["total"]), (&2.into(), &5.into()));
    assert_eq!(
        (&json["minutes"], &json["minutes_left"]),
        (&30.into(), &75.into())
    );
    // Both exercises teach the same one.
    assert_eq!(json["objectives"], json!({ "reached": 1, "taught": 3 }));
    assert_eq!(
        json["weeks"],
        json!([
            { "week": "week1", "passed": 2, "total": 3 },
            { "week": "week2", "passed": 0, "total": 2 },
        ])
    );
    let days = json["days"].as_array().expect("it is a list");
    let passes: u64 = days.iter().filter_map(|day| day["passed"].as_u64()).sum();
    assert_eq!(passes, 2, "a day may have ended between them: {days:?}");
    course
        .expect(0, ["progress"])
        .says("A small course: 2 of 5 exercises")
        .says("First week   █████████████░░░░░░░  2 of 3")
        .says("Second week  ░░░░░░░░░░░░░░░░░░░░  0 of 2")
        .says("objectives reached: 1 of 3 taught")
        .says("work done: about 30 min\n  work left: about 1 h 15 min");
}

#[test]
fn progress_has_a_page_of_its_own() {
    let course = Place::course();
    course.solve("add_up");
    course.expect(0, ["run", "add_up"]);
    course
        .expect(0, ["-C", "exercises", "progress", "--html", "how far.html"])
        .says("shown in how far.html");
    let page = course.read("exercises/how far.html");
    for text in [
        "<h1>A small course</h1>",
        "<li>1 of 5 exercises</li>",
        "First week <small>1 of 3</small>",
        "title=\"add_up: Add up, passed\"",
        "title=\"greet: Greet, open\"",
        "title=\"reached\"></i> adding",
        "title=\"untaught\"></i> untaught",
    ] {
        assert!(page.contains(text), "no `{text}` in:\n{page}");
    }
    course
        .expect(3, ["progress", "--html", "no/such/folder.html"])
        .complains("failed to write");
}

#[test]
fn progress_names_what_fails_again_and_counts_a_reset_as_open() {
    let course = Place::course();
    solve_all(&course);
    course.expect(0, ["verify"]);
    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub fn greet(_: &str) -> String {\n    String::new()\n}\n",
    );
    course.expect(1, ["verify"]);
    course.expect(0, ["reset", "tally"]);
    let json = course.expect(0, ["progress", "--json"]).json();
    assert_eq!(json["broken"], json!(["greet"]));
    assert_eq!(json["passed"], 4);
    course
        .expect(0, ["progress"])
        .says("Passed once, failing now: greet");
}

#[test]
fn progress_survives_what_it_can_not_read() {
    let course = Place::course();
    course.solve("add_up");
    course.expect(0, ["run", "add_up"]);
    let journal = course.read(".workbook/journal.jsonl");
    course.write(
        ".workbook/journal.jsonl",
        format!("scribbled over\n{journal}{{\"torn"),
    );
    let ran = course.expect(0, ["progress"]);
    ran.says("1 of 5 exercises")
        .complains("note: line 1 of")
        .complains("(and 1 more)")
        .complains("everything else counts");
    course.expect(0, ["doctor"]).says("2 lines left aside");
}

#[test]
fn doctor_is_content_where_all_is_there() {
    for (place, kind) in [
        (Place::course(), "a clone of the course"),
        (Place::desk(), "made by `workbook init`"),
    ] {
        let ran = place.expect(0, ["doctor"]);
        ran.says("✓ cargo")
            .says("✓ rustc")
            .says(kind)
            .says("fixture 1.2.3, 5 exercises");
        assert!(!ran.stdout.contains('✗'), "{}", ran.all());
        let json = place.expect(0, ["doctor", "--json"]).json();
        assert_eq!(json["can_judge"], true);
    }
}

#[cfg(unix)]
#[test]
fn doctor_names_what_is_missing_and_how_to_get_it() {
    let course = Place::course();
    let rustc = super::real_rustc();
    let folder = super::programs(&course, "programs", &[("rustc", &rustc)]);
    let doctor = |arguments: &[&str]| {
        let mut command = course.command();
        command.arg("doctor").args(arguments).env("PATH", &folder);
        let output = command.output().expect("the program can be started");
        assert_eq!(output.status.code(), Some(3));
        String::from_utf8(output.stdout).expect("it is text")
    };
    let text = doctor(&[]);
    assert!(
        text.contains("✗ cargo  not found\n    install Rust from"),
        "{text}"
    );
    assert!(
        text.contains("✗ cc  not found\n    install a C compiler"),
        "{text}"
    );
    assert!(text.contains("✓ rustc  rustc "), "{text}");
    let json: serde_json::Value = serde_json::from_str(&doctor(&["--json"])).expect("it is JSON");
    assert_eq!(json["can_judge"], false);
    assert_eq!(json["findings"][0]["what"], "cargo");
    assert_eq!(json["findings"][0]["ok"], false);
}

#[test]
fn doctor_says_what_is_wrong_with_the_desk() {
    let course = Place::course();
    course
        .expect(3, ["-C", "..", "doctor"])
        .says("✗ desk")
        .says("`workbook init` makes one");
    course.replace("curriculum.toml", "tally", "talley");
    course.expect(3, ["doctor"]).says("✗ course");
}
