//! `track`: a way through the course that everything else follows.

use serde_json::json;

use crate::support::Place;

fn current(place: &Place) -> String {
    let json = place.expect(0, ["track", "--json"]).json();
    json["current"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_chosen_track_is_followed_by_everything_that_goes_on() {
    for course in [Place::course(), Place::desk()] {
        course
            .expect(0, ["track"])
            .says("▸ --whole  A small course  0 of 5")
            .says("· short  The short way  0 of 2\n    For those in a hurry");
        course
            .expect(0, ["track", "short"])
            .says("You follow The short way: 0 of 2 exercises passed, about")
            .says("`workbook next`: greet — Greet");
        course.expect(1, ["next"]).says("greet — Greet");
        course.expect(1, ["run"]).says("greet — Greet");
        course.expect(0, ["list"]).says("Greet ← next");
        course.expect(0, ["progress"]).says("track short: 0 of 2");
        course
            .expect(0, ["skip"])
            .says("`workbook next`: lay_floor");
        course
            .expect(0, ["track", "--whole"])
            .says("You follow A small course")
            .says("`workbook next`: add_up");
        assert_eq!(current(&course), "add_up");
        assert_eq!(
            course.run(["progress", "--json"]).json()["track"],
            json!(null)
        );
    }
}

#[test]
fn a_track_that_is_done_says_so_and_offers_the_rest() {
    let course = Place::course();
    course.expect(0, ["track", "--own", "greet"]);
    for id in ["add_up", "greet"] {
        course.solve(id);
    }
    course.expect(0, ["next"]).says("`workbook next`: greet");
    course.expect(0, ["next"]).says("the last one of the track");
    course
        .expect(0, ["next"])
        .says("`workbook track --whole` goes on with the rest");
    course
        .expect(2, ["hint"])
        .complains("all of your track are passed; name one, as in `workbook hint ID`");
}

#[test]
fn a_track_is_composed_of_exercises_topics_and_weeks_with_what_they_need() {
    let course = Place::course();
    let composed = |words: &[&str]| -> Vec<String> {
        let arguments = ["track", "--json", "--own"].iter().chain(words);
        let json = course.expect(0, arguments).json();
        let tracks = json["tracks"].as_array().expect("it is a list").clone();
        let own = tracks.iter().find(|track| track["id"] == "own");
        let own = own.expect("it is listed");
        assert_eq!(own["chosen"], true);
        serde_json::from_value(own["exercises"].clone()).expect("they are ids")
    };
    assert_eq!(composed(&["greet"]), ["add_up", "greet"]);
    assert_eq!(composed(&["tally", "basics"]), ["tally", "add_up", "greet"]);
    assert_eq!(composed(&["week2", "tally"])[..1], ["lay_floor"]);
    // By what it was called before.
    assert_eq!(composed(&["say_hello"]), ["add_up", "greet"]);
    assert_eq!(composed(&["house"]).len(), 2);
    course
        .expect(0, ["list", "--track", "own"])
        .says("lay_floor");
    // Another way is no reason to forget what was composed.
    for way in ["short", "--whole"] {
        course.expect(0, ["track", way]);
        course.expect(0, ["track"]).says("· own  Your own");
        course
            .expect(0, ["track", "own"])
            .says("You follow Your own");
    }
    // What is passed is needed no more.
    course.solve("add_up");
    course.expect(0, ["run", "add_up"]);
    assert_eq!(composed(&["greet"]), ["greet"]);
    course
        .expect(2, ["track", "--own", "greet", "nonsense"])
        .complains("find `nonsense` for a track");
    assert_eq!(current(&course), "greet", "a mistake changes nothing");
}

#[test]
fn a_choice_that_can_not_be_understood_is_told_and_can_be_made_anew() {
    let course = Place::course();
    course
        .expect(2, ["track", "shrt"])
        .complains("failed to find a track `shrt`; the course has short");
    course.expect(2, ["track", "short", "--whole"]);
    // One that a later version of the course does not have.
    course.write(".workbook/track.toml", "track = \"gone\"\n");
    assert_eq!(current(&course), "add_up");
    course.expect(0, ["track"]).says("▸ --whole");
    course.write(".workbook/track.toml", "<<<<<<< HEAD\n");
    course
        .expect(0, ["list"])
        .complains("note:")
        .complains("track.toml");
    course.expect(0, ["track", "short"]);
    let ran = course.expect(0, ["list"]);
    assert_eq!(ran.stderr, "");
}
