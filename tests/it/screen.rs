//! `watch` on a screen: what a person sees, and that nothing that happens shakes it.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rustix::process::Signal;
use workbook::candidate::{Candidate, Environment};
use workbook::course;
use workbook::desk::Desk;
use workbook::engine::{Engine, Event, RealWorld, Stop};
use workbook::watch::Terminal;

use crate::pty::{Shown, peak_memory};
use crate::running::{assert_gone, eventually, hanging_greet, written_pids};
use crate::support::Place;

const ADD_UP: &str = "exercises/basics/add_up/src/lib.rs";
const GREET: &str = "exercises/basics/greet/src/lib.rs";

fn body(body: &str) -> String {
    format!("pub fn add(a: u32, b: u32) -> u32 {{\n    {body}\n}}\n")
}

/// The screen, before anything was judged.
fn start(place: &Place, arguments: &[&str], columns: u16, lines: u16) -> Shown {
    let mut command = place.command();
    command.arg("watch").args(arguments);
    command.env_remove("VISUAL").env("EDITOR", "true");
    Shown::start(&command, columns, lines)
}

/// The screen with the verdict on the starter of `add_up`.
fn judged(place: &Place) -> Shown {
    let shown = start(place, &["add_up"], 80, 24);
    shown.wait_for("1 of 2 checks pass.");
    shown
}

/// A course in which `greet` may hang for minutes, and the screen while it does.
fn hanging(place: &Place) -> (Shown, Vec<i32>) {
    let pids = place.path("pids");
    place.write(GREET, hanging_greet(&pids));
    let manifest = "exercises/basics/greet/exercise.toml";
    let limits = "\n[limits]\ntest_seconds = 600\n";
    place.write(manifest, place.read(manifest) + limits);
    let shown = start(place, &["greet"], 80, 24);
    let hanging = written_pids(&pids);
    (shown, hanging)
}

fn last_outcome(place: &Place) -> String {
    let entry = place.journal().pop().expect("something is recorded");
    format!(
        "{} {}",
        entry["exercise"].as_str().unwrap_or_default(),
        entry["outcome"].as_str().unwrap_or_default()
    )
}

#[track_caller]
fn quit(mut shown: Shown) {
    shown.press("q");
    assert_eq!(shown.end(), Some(0), "{}", shown.screen());
    shown.assert_given_back();
}

#[test]
fn the_screen_says_where_i_am_what_is_asked_and_what_holds() {
    let course = Place::course();
    let shown = judged(&course);
    let screen = shown.screen();
    for text in [
        "First week · Basics · 1 of 5",
        "0/5",
        "add_up — Add up",
        "Make the sum right",
        ADD_UP,
        "✗ 2 and 2 are 4",
        "✓ nothing and nothing are nothing",
        "adds_two_numbers failed:",
        "left: 0",
        "right: 4",
        "h hint",
        "q quit",
    ] {
        assert!(screen.contains(text), "no `{text}` in:\n{screen}");
    }
    // Keys that do nothing now are not shown.
    for text in ["n next", "z quiz", "b bench", "u undo"] {
        assert!(!screen.contains(text), "`{text}` in:\n{screen}");
    }
    let link = format!(
        "\x1b]8;;file://{}\x1b\\{ADD_UP}",
        course.path(ADD_UP).display()
    );
    assert!(shown.raw().contains(&link), "{:?}", shown.raw());
    quit(shown);
}

#[test]
fn a_pass_is_recorded_and_the_next_exercise_offered_and_not_forced() {
    let course = Place::course();
    let mut shown = judged(&course);
    course.solve("add_up");
    shown.wait_for("Passed: 2 of 2 checks");
    // By the time it is seen it is recorded.
    assert_eq!(last_outcome(&course), "add_up passed");
    shown.wait_for("Next: greet — Greet");
    shown.wait_for("n next");
    shown.wait_for("1/5");
    // A save goes on in the same exercise.
    course.write(ADD_UP, body("a + b + 1"));
    shown.wait_for("It passed before, and is broken now.");
    assert_eq!(last_outcome(&course), "add_up failed");
    course.solve("add_up");
    shown.wait_for("Passed: 2 of 2 checks");
    shown.press("n");
    shown.wait_for("greet — Greet");
    shown.wait_for("0 of 1 checks pass.");
    quit(shown);
}

#[test]
fn figures_stand_beside_their_budgets() {
    let course = Place::course();
    let shown = start(&course, &["tally"], 100, 30);
    shown.wait_for("1,000 steps; budget 10, starter 1,000, reference 1");
    quit(shown);
}

#[test]
fn a_save_during_a_run_ends_it_and_judges_the_new_bytes() {
    let course = Place::course();
    let (shown, pids) = hanging(&course);
    shown.wait_for("0 of 1 checks");
    course.solve("greet");
    shown.wait_for("Passed: 1 of 1 checks");
    assert_gone(&pids);
    assert_eq!(last_outcome(&course), "greet passed");
    assert_eq!(course.journal().len(), 1, "{:?}", course.journal());
    quit(shown);
}

#[test]
fn of_a_burst_of_saves_the_last_is_judged() {
    let course = Place::course();
    let shown = judged(&course);
    for round in 0..20 {
        course.write(ADD_UP, body(&format!("a * {round} + b")));
    }
    course.solve("add_up");
    shown.wait_for("Passed: 2 of 2 checks");
    // What passed is what is there now.
    course
        .expect(0, ["verify", "add_up"])
        .says("1 of them unchanged");
    // Most of the burst was never judged: a verdict for the starter, one for the last, and few between.
    assert!(course.journal().len() < 12, "{:?}", course.journal());
    quit(shown);
}

#[test]
fn a_file_that_is_deleted_while_its_pass_is_shown_is_not_passed() {
    let course = Place::course();
    course.solve("add_up");
    let shown = start(&course, &["add_up"], 80, 24);
    shown.wait_for("Passed: 2 of 2 checks");
    std::fs::remove_file(course.path(ADD_UP)).expect("files can be deleted");
    shown.wait_for("is not there");
    shown.wait_without("Passed:");
    quit(shown);
}

#[test]
fn who_quits_right_after_a_pass_has_passed() {
    for _ in 0..3 {
        let course = Place::course();
        let mut shown = judged(&course);
        course.solve("add_up");
        shown.wait_for("Passed:");
        shown.press("q");
        assert_eq!(shown.end(), Some(0));
        assert_eq!(last_outcome(&course), "add_up passed");
    }
}

#[test]
fn keys_stay_alive_during_an_endless_loop() {
    let course = Place::course();
    let (mut shown, pids) = hanging(&course);
    shown.press("l");
    shown.wait_for("5 of 5 exercises");
    shown.press("\x1b");
    shown.wait_for("0 of 1 checks");
    shown.press("h");
    shown.wait_for("Hint 1 of 3");
    shown.press("q");
    assert_eq!(shown.end(), Some(0));
    shown.assert_given_back();
    assert_gone(&pids);
}

#[test]
fn a_test_that_hangs_is_named_while_it_does() {
    let course = Place::course();
    let (shown, _) = hanging(&course);
    shown.wait_for("0 of 1 checks · greets_by_name");
    shown.wait_for(" of 600 s");
    quit(shown);
}

#[test]
fn endless_output_is_cut_and_takes_no_memory() {
    const ROOM: u64 = 8 * 1024;
    let course = Place::course();
    let manifest = "exercises/basics/add_up/exercise.toml";
    let limits = "\n[limits]\ntest_seconds = 3\n";
    course.write(manifest, course.read(manifest) + limits);
    let shown = judged(&course);
    let before = peak_memory(shown.pid());
    course.write(
        ADD_UP,
        body("loop { println!(\"{}\", \"spam \".repeat(100)) }"),
    );
    shown.wait_for("had not ended after 3 s");
    let after = peak_memory(shown.pid());
    assert!(after < before + ROOM, "{before} KiB, then {after} KiB");
    quit(shown);
}

#[test]
fn the_first_error_of_the_compiler_is_shown() {
    let course = Place::course();
    let mut shown = judged(&course);
    course.write(ADD_UP, body("a + bb + cc"));
    shown.wait_for("It does not build.");
    shown.wait_for("error[E0425]: cannot find value `bb`");
    shown.wait_for("exercises/basics/add_up/src/lib.rs:2:9");
    // What does not fit is scrolled to.
    shown.resize(80, 16);
    shown.wait_for("more lines");
    shown.press("G");
    shown.wait_for("1 more error after this one");
    shown.wait_without("error[E0425]");
    shown.press("g");
    shown.wait_for("error[E0425]");
    quit(shown);
}

#[test]
fn ctrl_c_ends_it_on_every_screen() {
    let course = crate::kinds::sealed_quiz_course();
    for (keys, sign) in [
        ("", "q quit"),
        ("h", "Hint 1 of 3"),
        ("s", "what it asks"),
        ("l", "5 of 5 exercises"),
        ("l/gre", "/gre"),
        ("z", "question 1 of 2"),
        ("d", "since the start"),
        ("r", "back to its start?"),
        ("w", "notes"),
        ("?", "draw the screen anew"),
    ] {
        let mut shown = start(&course, &["greet"], 80, 24);
        shown.wait_for("checks pass.");
        shown.press(keys);
        shown.wait_for(sign);
        shown.press("\x03");
        assert_eq!(shown.end(), Some(130), "after `{keys}`");
        shown.assert_given_back();
    }
}

#[test]
fn signals_end_it_and_leave_neither_a_process_nor_a_spoilt_terminal() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let course = Place::course();
        let (mut shown, pids) = hanging(&course);
        shown.signal(signal);
        // Impatience must not keep it from cleaning up.
        shown.signal(signal);
        assert_eq!(shown.end(), Some(130), "{signal:?}");
        shown.assert_given_back();
        assert_gone(&pids);
    }
}

/// Set for a process of [`a_panic_of_ours_gives_the_terminal_back_and_leaves_no_process`].
const PANICS_IN: &str = "WORKBOOK_IT_PANICS_IN";

/// What that process does: holds the terminal, runs an exercise that hangs, and panics.
fn panic_during_a_run(root: &Path) {
    let desk = Desk::find(root).expect("it is a desk");
    let course = course::load(&desk.course_root()).expect("the course is right");
    let exercise = Arc::new(course.find("greet").expect("it is there").clone());
    let environment = Environment::look(&desk.course_root(), &desk.root).expect("there is Rust");
    let candidate = Candidate::mine(&exercise, &desk.sources(), &environment);
    let candidate = candidate.expect("it can be read");
    let world = RealWorld::new(desk.build_root(), environment);
    let _terminal = Terminal::take(true).expect("there is a terminal");
    let engine = Engine::new(&world, Stop::default());
    let _ = engine.judge(&[candidate], &mut |event| {
        if matches!(event, Event::TestStarted { .. }) {
            written_pids(&root.join("pids"));
            panic!("a mistake of ours");
        }
    });
}

#[test]
fn a_panic_of_ours_gives_the_terminal_back_and_leaves_no_process() {
    if let Some(root) = std::env::var_os(PANICS_IN) {
        return panic_during_a_run(Path::new(&root));
    }
    let course = Place::course();
    let pids = course.path("pids");
    course.write(GREET, hanging_greet(&pids));
    let manifest = "exercises/basics/greet/exercise.toml";
    let limits = "\n[limits]\ntest_seconds = 600\n";
    course.write(manifest, course.read(manifest) + limits);
    let mut command = Command::new(std::env::current_exe().expect("this program has a name"));
    let name = "screen::a_panic_of_ours_gives_the_terminal_back_and_leaves_no_process";
    command.args(["--exact", name, "--nocapture"]);
    command.env(PANICS_IN, &course.root);
    let mut shown = Shown::start(&command, 80, 24);
    let hanging = written_pids(&pids);
    assert_eq!(shown.end(), Some(101), "{}", shown.screen());
    shown.assert_given_back();
    // On the page that stays, not on the one that is gone.
    let raw = shown.raw();
    let after = raw.rsplit("\x1b[?1049l").next().unwrap_or_default();
    assert!(after.contains("a mistake of ours"), "{raw:?}");
    assert_gone(&hanging);
}

#[test]
fn a_terminal_that_goes_away_takes_everything_along() {
    let course = Place::course();
    let (mut shown, pids) = hanging(&course);
    shown.hang_up();
    assert_eq!(shown.end(), Some(130));
    assert_gone(&pids);
}

#[test]
fn what_no_screen_can_be_drawn_on_gets_lines() {
    let course = Place::course();
    for (name, value) in [("TERM", Some("dumb")), ("TERM", Some("")), ("PLAIN", None)] {
        let mut command = course.command();
        command.args(["watch", "add_up"]);
        match value {
            Some(value) => command.env(name, value),
            None => command.arg("--plain"),
        };
        let mut shown = Shown::start(&command, 80, 24);
        shown.wait_for("waiting for a save");
        let raw = shown.raw();
        assert!(!raw.contains("\x1b[?1049h"), "{name}={value:?}: {raw:?}");
        shown.press("\x03");
        assert_eq!(shown.end(), Some(130));
    }
}

/// Whether anything is coloured, bold or dim: `ESC [ numbers m`, other than a reset.
fn has_style(raw: &str) -> bool {
    let mut sequences = raw.split("\x1b[").skip(1);
    sequences.any(|rest| {
        let numbers = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        numbers.starts_with('m') && !rest.starts_with("0m") && !rest.starts_with('m')
    })
}

#[test]
fn without_colours_there_are_none_and_the_screen_is_the_same() {
    let course = Place::course();
    for flag in [["watch", "--color=never"], ["watch", "add_up"]] {
        let mut command = course.command();
        command.args(flag).env("NO_COLOR", "1");
        let shown = Shown::start(&command, 80, 24);
        shown.wait_for("1 of 2 checks pass.");
        shown.wait_for("✗ 2 and 2 are 4");
        let raw = shown.raw();
        assert!(!has_style(&raw) && !raw.contains("\x1b]8"), "{raw:?}");
        quit(shown);
    }
}

#[test]
fn every_screen_fits_into_40_columns() {
    let course = crate::kinds::sealed_quiz_course();
    let mut shown = start(&course, &["greet"], 40, 24);
    shown.wait_for("checks pass.");
    for (keys, sign) in [
        ("", "q quit"),
        ("h", "Hint 1 of 3"),
        ("s", "what it asks"),
        ("l", "5 of 5 exercises"),
        ("z", "question 1 of 2"),
        ("d", "your files equal"),
        ("r", "back to its start?"),
        ("?", "next hint"),
    ] {
        shown.press(keys);
        shown.wait_for(sign);
        // Nothing ran over the edge into the next line, or off it: the last line is the keys'.
        let screen = shown.screen();
        let last = screen.lines().last().unwrap_or_default();
        let ends = ["q quit", "esc back"];
        assert!(
            ends.iter().any(|end| last.ends_with(end)),
            "{keys}:\n{screen}"
        );
        shown.press("\x1b");
    }
    quit(shown);
}

#[test]
fn the_screen_is_resized_during_a_run() {
    let course = Place::course();
    let (mut shown, _) = hanging(&course);
    for (columns, lines) in [(40, 24), (200, 50), (20, 8), (80, 3), (80, 24)] {
        shown.resize(columns, lines);
        let rule = "─".repeat(usize::from(columns).min(120));
        if lines > 10 {
            shown.wait_until("the new width", |screen| {
                screen.lines().any(|line| line.trim() == rule)
            });
            shown.wait_for("q quit");
        }
    }
    course.solve("greet");
    shown.wait_for("Passed: 1 of 1 checks");
    quit(shown);
}

#[test]
fn the_list_is_searched_and_filtered_and_leads_to_an_exercise() {
    let course = Place::course();
    let mut shown = judged(&course);
    shown.press("l");
    shown.wait_for("› · add_up ← next");
    shown.press("/wall");
    shown.wait_for("1 of 5 exercises");
    shown.wait_for("› · raise_wall");
    shown.press("\x1b");
    shown.wait_for("esc all");
    shown.press("\x1b");
    shown.wait_for("5 of 5 exercises");
    shown.press("w");
    shown.wait_for("3 of 5 exercises");
    shown.press("w");
    shown.wait_for("2 of 5 exercises");
    shown.press("ws");
    shown.wait_for("5 of 5 exercises");
    shown.press("s");
    shown.wait_for("no exercise matches");
    shown.press("\x1b");
    shown.press("g/tal\r");
    shown.wait_for("tally — Tally");
    shown.wait_for("checks pass.");
    quit(shown);
}

#[test]
fn a_reset_asks_first_and_is_taken_back() {
    let desk = Place::desk();
    desk.write(ADD_UP, body("a + b"));
    let mut shown = start(&desk, &["add_up"], 80, 24);
    shown.wait_for("Passed:");
    shown.press("r");
    shown.wait_for("Put add_up back to its start?");
    shown.press("n");
    shown.wait_without("back to its start?");
    assert_eq!(desk.read(ADD_UP), body("a + b"));
    shown.press("r");
    shown.wait_for("Put add_up back to its start?");
    shown.press("y");
    shown.wait_for("1 of 2 checks pass.");
    assert_ne!(desk.read(ADD_UP), body("a + b"));
    shown.press("u");
    shown.wait_for("Passed:");
    assert_eq!(desk.read(ADD_UP), body("a + b"));
    quit(shown);
}

#[test]
fn hints_come_one_at_a_time_and_are_counted() {
    let course = Place::course();
    let mut shown = judged(&course);
    let counted = || {
        let journal = course.journal();
        journal
            .iter()
            .filter(|entry| entry["event"] == "hint")
            .count()
    };
    shown.press("h");
    shown.wait_for("Hint 1 of 3");
    assert_eq!(counted(), 1);
    // To look at it again is no new hint.
    shown.press("\x1b");
    shown.wait_for("h hint");
    shown.press("h");
    shown.wait_for("Hint 1 of 3");
    assert_eq!(counted(), 1);
    shown.press("hh");
    shown.wait_for("That was the last one.");
    assert_eq!(counted(), 3);
    quit(shown);
}

#[test]
fn a_quiz_is_answered_on_the_screen_and_kept_at_once() {
    let course = crate::kinds::sealed_quiz_course();
    let mut shown = start(&course, &["greet"], 80, 24);
    shown.wait_for("checks pass.");
    shown.press("z");
    shown.wait_for("question 1 of 2");
    shown.press("z\r");
    shown.wait_for("`z` is not a letter");
    shown.press("b\r");
    shown.wait_for("question 2 of 2");
    assert!(
        course
            .read("exercises/basics/greet/answers.toml")
            .contains("q1 = \"b\"")
    );
    shown.press("1000\r");
    shown.wait_for("Passed:");
    quit(shown);
}

#[test]
fn the_editor_gets_the_terminal_and_gives_it_back() {
    let course = Place::course();
    let editor = course.path("my editor");
    let script =
        "#!/bin/sh\necho \"editing $1\"\nread line\necho \"$line\" > \"$(dirname \"$0\")/typed\"\n";
    course.write("editor", script);
    std::fs::rename(course.path("editor"), &editor).expect("files can be renamed");
    let script = course.path("ed");
    std::os::unix::fs::symlink(&editor, &script).expect("links can be made");
    let mut permissions = std::fs::metadata(&editor)
        .expect("it is there")
        .permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    std::fs::set_permissions(&editor, permissions).expect("modes can be set");
    let mut command = course.command();
    command
        .args(["watch", "add_up"])
        .env("EDITOR", &script)
        .env_remove("VISUAL");
    let mut shown = Shown::start(&command, 80, 24);
    shown.wait_for("1 of 2 checks pass.");
    shown.press("o");
    shown.wait_for(
        &format!("editing {}", course.path(ADD_UP).display())
            .chars()
            .take(60)
            .collect::<String>(),
    );
    // Keys are the editor's now, those too that mean something here.
    shown.press("quit\r");
    shown.wait_for("1 of 2 checks pass.");
    assert_eq!(course.read("typed"), "quit\n");
    quit(shown);
}

#[test]
fn a_course_with_a_mistake_is_told_and_mending_it_goes_on() {
    let course = Place::course();
    let shown = judged(&course);
    let manifest = "exercises/basics/greet/exercise.toml";
    let before = course.read(manifest);
    course.write(manifest, before.replace("minutes", "minuets"));
    shown.wait_for("minuets");
    shown.wait_for("Nothing could be judged.");
    course.write(manifest, before);
    shown.wait_for("checks pass.");
    quit(shown);
}

#[test]
fn a_folder_that_a_checkout_takes_away_and_brings_back_is_watched() {
    let course = Place::course();
    let shown = judged(&course);
    std::fs::rename(course.path("exercises"), course.path("elsewhere"))
        .expect("folders can be moved");
    // In a clone the exercise's own manifest is gone with it.
    shown.wait_for("Nothing could be judged.");
    std::fs::rename(course.path("elsewhere"), course.path("exercises"))
        .expect("folders can be moved");
    shown.wait_for("1 of 2 checks pass.");
    course.solve("add_up");
    shown.wait_for("Passed: 2 of 2 checks");
    quit(shown);
}

#[test]
fn where_saves_are_not_reported_it_looks_for_them_and_says_so() {
    let course = Place::course();
    let shown = start(&course, &["add_up", "--poll"], 80, 24);
    shown.wait_for("1 of 2 checks pass.");
    shown.wait_for("Looking for saves twice a second");
    course.solve("add_up");
    shown.wait_for("Passed: 2 of 2 checks");
    quit(shown);
}

#[test]
fn a_touch_runs_the_checks_again() {
    let course = Place::course();
    let shown = judged(&course);
    let verdicts = || course.journal().len();
    assert_eq!(verdicts(), 1);
    let file = std::fs::File::options()
        .write(true)
        .open(course.path(ADD_UP))
        .expect("it is there");
    file.set_modified(std::time::SystemTime::now())
        .expect("times can be set");
    eventually("it is judged again", || (verdicts() == 2).then_some(()));
    quit(shown);
}

#[test]
fn a_checkout_of_many_files_leaves_me_where_i_am() {
    let course = Place::course();
    let shown = judged(&course);
    for id in ["tally", "greet", "add_up"] {
        course.solve(id);
    }
    shown.wait_for("Passed: 2 of 2 checks");
    shown.wait_for("add_up — Add up");
    quit(shown);
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_takes_it_again() {
    let course = Place::course();
    let mut shown = judged(&course);
    let pages = |shown: &Shown| shown.raw().matches("\x1b[?1049h").count();
    let before = pages(&shown);
    // Nobody could continue it here, so the system does not stop it.
    shown.press("\x1a");
    shown.wait_until("the screen comes back", |_| pages(&shown) > before);
    shown.wait_for("1 of 2 checks pass.");
    // Stopped from outside, and continued after a shell had the terminal.
    shown.signal(Signal::STOP);
    shown.signal(Signal::CONT);
    shown.wait_until("the screen is drawn anew", |_| pages(&shown) > before + 1);
    shown.wait_for("1 of 2 checks pass.");
    shown.press("l");
    shown.wait_for("5 of 5 exercises");
    quit(shown);
}
