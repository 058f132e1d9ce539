//! The record of what was passed survives what happens to files and processes.

use std::process::{Child, Stdio};
use std::time::Duration;

use crate::support::Place;

const JOURNAL: &str = ".workbook/journal.jsonl";

/// A course whose `add_up` is solved and recorded as passed.
fn course_with_a_pass() -> Place {
    let course = Place::course();
    course.solve("add_up");
    course.expect(0, ["run", "add_up"]);
    course
}

/// Starts the program, to be waited for or killed.
fn start(course: &Place, arguments: &[&str]) -> Child {
    let mut command = course.command();
    command.args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the program can be started")
}

/// `verify add_up` took the pass from the record.
#[track_caller]
fn is_remembered(course: &Place) {
    course
        .expect(0, ["verify", "add_up"])
        .says("1 of 1 exercises pass, 1 of them unchanged");
}

#[test]
fn a_line_that_was_cut_short_is_named_and_costs_nothing_else() {
    let course = course_with_a_pass();
    let whole = course.read(JOURNAL);
    course.write(JOURNAL, format!("{whole}{{\"v\":1,\"at\":\"2026-11-2"));
    course
        .expect(0, ["list"])
        .complains("journal.jsonl` is left aside: cut short. It stays in the file")
        .complains("note: line 2 of ");
    is_remembered(&course);

    // What comes after it starts on a line of its own.
    course.expect(0, ["skip", "greet"]);
    let after = course.read(JOURNAL);
    assert!(
        after.starts_with(&format!("{whole}{{\"v\":1,\"at\":\"2026-11-2\n")),
        "{after}"
    );
    let skipped = course
        .expect(0, ["list", "--state", "skipped", "--json"])
        .json();
    assert_eq!(skipped["exercises"][0]["id"], "greet");
    is_remembered(&course);
}

#[test]
fn lines_that_are_not_ours_are_named_and_kept() {
    let course = course_with_a_pass();
    let mut bytes = course.read(JOURNAL).into_bytes();
    bytes.extend_from_slice(b"<<<<<<< HEAD\n\xff\xfe\n\n{\"v\":9,\"later\":true}\n");
    bytes.extend_from_slice(
        b"{\"v\":1,\"at\":\"2026-11-21T11:00:00Z\",\"event\":\"applause\",\"exercise\":\"add_up\"}\n",
    );
    course.write(JOURNAL, &bytes);
    let ran = course.expect(0, ["progress", "--json"]);
    ran.complains("note: line 2 of ");
    ran.complains("is left aside (and 3 more): not a JSON object");
    assert_eq!(ran.json()["passed"], 1);
    is_remembered(&course);

    course.expect(0, ["skip", "greet"]);
    let after = std::fs::read(course.path(JOURNAL)).expect("the journal is there");
    assert!(after.starts_with(&bytes), "{}", after.escape_ascii());
    assert!(after.len() > bytes.len());
}

#[test]
fn an_id_that_the_course_does_not_know_any_more_is_kept() {
    let course = course_with_a_pass();
    let line = course.read(JOURNAL).replace("\"add_up\"", "\"long_gone\"");
    course.write(JOURNAL, course.read(JOURNAL) + &line);
    let ran = course.expect(0, ["progress", "--json"]);
    assert_eq!(ran.json()["passed"], 1);
    assert_eq!(ran.stderr, "");
    course.expect(0, ["skip", "greet"]);
    assert!(course.read(JOURNAL).contains(&line));
}

#[test]
fn an_old_id_of_a_renamed_exercise_counts_for_the_new_one() {
    let course = Place::course();
    course.solve("greet");
    course.expect(0, ["run", "greet"]);
    course.write(
        JOURNAL,
        course.read(JOURNAL).replace("\"greet\"", "\"say_hello\""),
    );
    course
        .expect(0, ["verify", "greet"])
        .says("1 of 1 exercises pass, 1 of them unchanged");
}

#[test]
fn without_its_journal_a_desk_starts_from_what_is_on_disk() {
    let course = course_with_a_pass();
    std::fs::remove_file(course.path(JOURNAL)).expect("the journal was there");
    assert_eq!(course.expect(0, ["progress", "--json"]).json()["passed"], 0);
    let ran = course.expect(0, ["verify", "add_up"]);
    assert!(!ran.stdout.contains("unchanged"), "{}", ran.all());
    assert_eq!(course.journal().len(), 1);
    is_remembered(&course);
}

#[test]
fn a_journal_that_can_t_be_read_stops_everything_before_it_starts() {
    let course = course_with_a_pass();
    std::fs::remove_file(course.path(JOURNAL)).expect("the journal was there");
    std::fs::create_dir(course.path(JOURNAL)).expect("folders can be made");
    for command in [
        &["list"][..],
        &["next"],
        &["run", "add_up"],
        &["verify"],
        &["skip"],
    ] {
        let ran = course.expect(3, command);
        ran.complains("error: failed to read the journal `");
        ran.complains("make it a readable file, or move it away to start a new one\n  because: ");
        assert_eq!(ran.stdout, "", "{command:?}");
    }
}

#[test]
fn a_file_in_the_place_of_the_journal_s_folder_is_named_and_left_alone() {
    let course = Place::course();
    course.write(".workbook", "mine");
    for command in [&["list"][..], &["run", "add_up"], &["verify"], &["skip"]] {
        let ran = course.expect(3, command);
        ran.complains("error: failed to read the journal: `");
        ran.complains(".workbook` is not a folder; move it away");
        assert_eq!(ran.stdout, "", "{command:?}");
    }
    assert_eq!(course.read(".workbook"), "mine");
}

#[test]
fn runners_at_once_lose_no_verdict() {
    const ROUNDS: usize = 3;
    let course = Place::course();
    for _ in 0..ROUNDS {
        let runners = [
            start(&course, &["run", "add_up"]),
            start(&course, &["run", "tally"]),
        ];
        for mut runner in runners {
            let status = runner.wait().expect("the program ends");
            assert_eq!(status.code(), Some(1));
        }
    }
    let journal = course.journal();
    for id in ["add_up", "tally"] {
        let of_exercise = journal.iter().filter(|entry| entry["exercise"] == id);
        assert_eq!(of_exercise.count(), ROUNDS, "{id}: {journal:#?}");
    }
    assert_eq!(journal.len(), 2 * ROUNDS);
}

#[test]
fn many_writers_at_once_keep_their_lines_whole() {
    const WRITERS: usize = 16;
    let course = Place::course();
    let writers: Vec<Child> = (0..WRITERS)
        .map(|_| start(&course, &["skip", "tally"]))
        .collect();
    for mut writer in writers {
        assert!(writer.wait().expect("the program ends").success());
    }
    let journal = course.journal();
    assert_eq!(journal.len(), WRITERS);
    let ids: std::collections::BTreeSet<_> = journal
        .iter()
        .map(|entry| entry["id"].to_string())
        .collect();
    assert_eq!(ids.len(), WRITERS, "{journal:#?}");
}

#[test]
fn a_runner_that_is_killed_leaves_a_desk_that_works() {
    let course = course_with_a_pass();
    for round in 0..10 {
        let mut runner = start(&course, &["verify", "--fresh"]);
        // Not to wait for anything: whatever it is doing by then, nothing may break.
        std::thread::sleep(Duration::from_millis(60 * round));
        // It may have ended already.
        let _ = runner.kill();
        runner.wait().expect("a killed process ends");
        let ran = course.expect(0, ["progress", "--json"]);
        assert_eq!(
            ran.json()["passed"],
            1,
            "after round {round}: {}",
            ran.all()
        );
        assert_eq!(ran.stderr, "", "after round {round}");
    }
    let ran = course.expect(1, ["verify", "--fresh"]);
    ran.says("1 of 5 exercises pass");
    let recorded = course.journal().len();
    course.expect(1, ["verify"]).says("1 of them unchanged");
    // Four that fail are judged again, and recorded.
    assert_eq!(course.journal().len(), recorded + 4);
}
