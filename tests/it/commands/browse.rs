//! `list`, `show`, `hint`, `notes` and `completions`: what can be read without checking anything.

use serde_json::{Value, json};

use crate::support::{Place, Ran};

/// The ids that a JSON list has, in its order.
fn ids(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let exercises = json["exercises"].as_array().expect("it is a list");
    exercises
        .iter()
        .map(|exercise| exercise["id"].as_str().expect("each has an id").to_owned())
        .collect()
}

#[test]
fn list_shows_all_in_order_below_their_topic_and_what_is_next() {
    for place in [Place::course(), Place::desk()] {
        let ran = place.expect(0, ["list"]);
        let expected = "\
First week · Basics
  · add_up  10 min  Add up ← next
  · greet   15 min  Greet
  · tally   20 min  Tally
Second week · A house
  · lay_floor   30 min  Stage 1: floor
  · raise_wall  30 min  Stage 2: wall
";
        assert_eq!(ran.stdout, expected);
    }
}

#[test]
fn list_tells_open_passed_broken_and_skipped_apart() {
    let course = Place::course();
    let starter = course.read("exercises/basics/greet/src/lib.rs");
    course.solve("add_up");
    course.solve("greet");
    course.expect(0, ["verify", "add_up", "greet"]);
    course.write("exercises/basics/greet/src/lib.rs", starter);
    course.expect(1, ["run", "greet"]);
    course.expect(0, ["skip", "tally"]);
    course
        .expect(0, ["list"])
        .says("✓ add_up")
        .says("✗ greet")
        .says("– tally")
        .says("· lay_floor");
    for (state, expected) in [
        ("passed", vec!["add_up"]),
        ("broken", vec!["greet"]),
        ("skipped", vec!["tally"]),
        ("open", vec!["lay_floor", "raise_wall"]),
    ] {
        let ran = course.expect(0, ["list", "--state", state, "--json"]);
        assert_eq!(ids(&ran), expected, "{state}");
        for exercise in ran.json()["exercises"].as_array().unwrap() {
            assert_eq!(exercise["state"], state);
        }
    }
    course
        .expect(0, ["list", "--state", "passed", "--week", "2"])
        .says("no exercise matches");
}

#[test]
fn list_takes_a_week_by_id_or_number_and_a_track_in_its_order() {
    let course = Place::course();
    for week in ["2", "week2"] {
        let ran = course.expect(0, ["list", "--week", week, "--json"]);
        assert_eq!(ids(&ran), ["lay_floor", "raise_wall"]);
    }
    let track = course.expect(0, ["list", "--track", "short", "--json"]);
    assert_eq!(ids(&track), ["greet", "lay_floor"]);
    course
        .expect(0, ["list", "--track", "short"])
        .says("greet      15 min  Greet ← next");
    course
        .expect(2, ["list", "--track", "nope"])
        .complains("find a track `nope`; the course has short");
}

#[test]
fn the_objectives_say_who_teaches_them_and_which_nobody_does() {
    let course = Place::course();
    course
        .expect(0, ["list", "--objectives"])
        .says("· basics.adding  add_up, tally\n    Add numbers")
        .says("– basics.untaught  no exercise yet\n    Nobody teaches this")
        .says("3 of 4 objectives are taught by an exercise, 0 are reached");
    course.solve("tally");
    course.expect(0, ["run", "tally"]);
    course
        .expect(0, ["list", "--objectives"])
        .says("✓ basics.adding  add_up, tally\n    Add numbers")
        .says("· basics.strings")
        .says("1 are reached");
    let json = course.expect(0, ["list", "--objectives", "--json"]).json();
    assert_eq!(json["untaught"], 1);
    let taught_by = |id: &str| -> Value {
        let objectives = json["objectives"].as_array().expect("it is a list");
        let objective = objectives.iter().find(|o| o["id"] == id);
        objective.expect("it is there")["taught_by"].clone()
    };
    assert_eq!(
        taught_by("house.building"),
        json!(["lay_floor", "raise_wall"])
    );
    assert_eq!(taught_by("basics.untaught"), json!([]));
    let week = course.expect(0, ["list", "--objectives", "--week", "2"]);
    week.says("1 of 1 objectives");
}

#[test]
fn json_of_list_has_what_a_script_needs() {
    let course = Place::course();
    course.expect(0, ["hint", "greet"]);
    let json = course.expect(0, ["list", "--json"]).json();
    let greet = json!({
        "id": "greet",
        "title": "Greet",
        "summary": "Greet by name",
        "week": "week1",
        "part": "basics",
        "minutes": 15,
        "objectives": ["basics.strings"],
        "needs": ["add_up"],
        "file": "exercises/basics/greet/src/lib.rs",
        "state": "open",
        "hints_shown": 1,
    });
    assert_eq!(json["version"], 1);
    assert_eq!(json["exercises"][1], greet);
}

#[test]
fn show_has_the_whole_statement_and_where_the_files_are() {
    for place in [Place::course(), Place::desk()] {
        place
            .expect(0, ["show"])
            .says("The exercise add_up")
            .says("What must hold")
            .says("Read on")
            .says("edit exercises/basics/add_up/src/lib.rs");
        place
            .expect(0, ["show", "raise_wall"])
            .says("The stage raise_wall")
            .says("edit builder/src/lib.rs");
        let json = place.expect(0, ["show", "tally", "--json"]).json();
        assert_eq!(json["checks"][0]["id"], "checks::reports_its_steps");
        assert_eq!(json["budgets"][0]["id"], "budget::steps");
        assert_eq!(json["owned"], json!(["src/**"]));
        let statement = json["statement"].as_str().expect("it is text");
        assert!(statement.starts_with("# The exercise tally\n"));
    }
}

#[test]
fn showing_is_no_event() {
    let course = Place::course();
    for command in ["show", "list", "notes", "progress", "diff"] {
        course.expect(0, [command]);
    }
    assert_eq!(course.journal(), [json!(null); 0]);
}

#[test]
fn hints_come_one_at_a_time_are_counted_and_end_with_the_third() {
    let course = Place::course();
    let all = ["first", "second", "third"].map(|which| format!("{which} hint of greet"));
    for shown in [1, 2, 3, 3, 3] {
        let ran = course.expect(0, ["hint", "greet"]);
        for (at, hint) in all.iter().enumerate() {
            assert_eq!(ran.stdout.contains(hint), at < shown, "{}", ran.all());
        }
        ran.says(&format!("Hint {shown} of 3 · greet"));
        let is_last = ran.stdout.contains("That was the last one.");
        assert_eq!(is_last, shown == 3, "{}", ran.all());
    }
    let numbers: Vec<_> = course
        .journal()
        .iter()
        .map(|e| e["number"].clone())
        .collect();
    assert_eq!(numbers, [1, 2, 3]);
    // Of another exercise none was shown, whatever its name was then.
    let json = course.expect(0, ["hint", "--json"]).json();
    assert_eq!(json["exercise"], "add_up");
    assert_eq!(json["hints"], json!(["first hint of add_up"]));
    let json = course.expect(0, ["hint", "say_hello", "--json"]).json();
    assert_eq!(json["hints"], json!(all));
    assert_eq!(json["of"], 3);
}

#[test]
fn notes_are_of_the_week_asked_for_or_of_the_current_one() {
    for place in [Place::course(), Place::desk()] {
        place.expect(0, ["notes"]).says("Notes of week_a");
        for week in ["2", "week2"] {
            place.expect(0, ["notes", week]).says("Notes of week_b");
        }
        for id in ["add_up", "greet", "tally"] {
            place.expect(0, ["skip", id]);
        }
        place.expect(0, ["notes"]).says("Notes of week_b");
    }
}

#[test]
fn a_week_without_notes_has_its_readme() {
    let course = Place::course();
    std::fs::rename(
        course.path("week_b/notes.md"),
        course.path("week_b/README.md"),
    )
    .unwrap();
    course.expect(0, ["notes", "2"]).says("Notes of week_b");
}

#[test]
fn completions_name_the_commands_in_every_shell() {
    let course = Place::course();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = course.expect(0, ["completions", shell]);
        for command in ["verify", "debrief", "time-limit"] {
            ran.says(command);
        }
        assert_eq!(ran.stderr, "");
    }
    // Anywhere: a shell asks for them where there is no desk.
    let mut command = course.command();
    command
        .current_dir(course.path(".."))
        .args(["completions", "bash"]);
    assert!(command.status().expect("it can be started").success());
}
