use std::time::Duration;

use super::*;
use crate::engine::{CheckResult, CheckState, Event};
use crate::watch::fixture::state;
use crate::watch::list::List;
use crate::watch::{Content, Key, PageKind};

fn canvas(columns: usize, lines: usize) -> Canvas {
    Canvas {
        columns,
        lines,
        now: Instant::now(),
    }
}

/// What is seen, without colours.
fn seen(state: &State, canvas: Canvas) -> String {
    let lines = frame(state, canvas).lines;
    let lines: Vec<String> = lines.iter().map(|line| text::plain(line)).collect();
    lines.join("\n")
}

#[test]
fn every_view_fills_the_screen_and_stays_inside() {
    colored::control::set_override(true);
    let mut page = state();
    let long = "A sentence that is longer than forty columns are wide. ".repeat(40);
    page.show(
        PageKind::Statement,
        "Title".to_owned(),
        Content::Markdown(long),
    );
    let mut list = state();
    list.view = View::List(List::at(0));
    let mut resetting = state();
    resetting.view = View::Resetting;
    let mut running = state();
    running.begin(Instant::now());
    let mut trouble = state();
    trouble.failed(vec!["error: \x1b[31m".to_owned() + &"x".repeat(300)]);
    for state in [state(), page, list, resetting, running, trouble] {
        for columns in [10, 20, 40, 80, 200] {
            for lines in [1, 3, 8, 24, 60] {
                let frame = frame(&state, canvas(columns, lines));
                assert_eq!(frame.lines.len(), lines, "{columns} × {lines}");
                for line in &frame.lines {
                    assert!(text::width(line) <= columns, "{columns} × {lines}: {line}");
                }
            }
        }
    }
}

#[test]
fn a_run_shows_what_is_known_so_far() {
    let mut state = state();
    let start = Instant::now();
    state.begin(start);
    let at = |seconds: u64| Canvas {
        now: start + Duration::from_secs(seconds),
        ..canvas(80, 24)
    };
    let screen = seen(&state, at(0));
    assert!(screen.contains("· 2 and 2 are 4"), "{screen}");
    assert!(screen.contains("Checking …"), "{screen}");
    assert!(!screen.contains("⏎ run"), "{screen}");
    state.happened(
        Event::BuildProgress {
            done: 3,
            total: 45,
            crates: "tokio".to_owned(),
        },
        start,
    );
    let screen = seen(&state, at(2));
    assert!(screen.contains("Building 3 of 45: tokio · 2 s"), "{screen}");
    state.happened(
        Event::BuildFinished {
            linked: 0,
            took: Duration::ZERO,
            way: crate::engine::Way::Cargo,
        },
        start,
    );
    let exercise = "add_up".to_owned();
    for check in ["checks::adds_two_numbers", "checks::adds_nothing"] {
        let (exercise, check) = (exercise.clone(), check.to_owned());
        state.happened(Event::TestStarted { exercise, check }, start);
    }
    let result = Box::new(CheckResult {
        id: "checks::adds_nothing".to_owned(),
        shows: "nothing and nothing are nothing".to_owned(),
        state: CheckState::Passed,
        took: Duration::ZERO,
        figure: None,
    });
    state.happened(Event::CheckFinished { exercise, result }, start);
    let screen = seen(&state, at(3));
    assert!(screen.contains("✓ nothing and nothing"), "{screen}");
    assert!(screen.contains("· 2 and 2 are 4"), "{screen}");
    assert!(
        screen.contains("1 of 2 checks · adds_two_numbers 3 of 10 s"),
        "{screen}"
    );
}

#[test]
fn the_first_error_of_the_compiler_is_there_before_the_build_is_over() {
    let mut state = state();
    state.begin(Instant::now());
    for (is_error, rendered) in [
        (false, "warning: w"),
        (true, "error: one"),
        (true, "error: two"),
    ] {
        let event = Event::Diagnostic {
            exercise: "add_up".to_owned(),
            is_error,
            rendered: rendered.to_owned(),
        };
        state.happened(event, Instant::now());
    }
    let screen = seen(&state, canvas(80, 24));
    assert!(screen.contains("error: one"), "{screen}");
    assert!(
        !screen.contains("two") && !screen.contains("warning"),
        "{screen}"
    );
}

#[test]
fn what_does_not_fit_is_told_and_scrolled_to() {
    let mut state = state();
    let lines: Vec<String> = (1..=100).map(|line| format!("line {line}.")).collect();
    state.show(PageKind::Diff, "Title".to_owned(), Content::Lines(lines));
    let canvas = canvas(80, 24);
    let draw = |state: &mut State| {
        let frame = frame(state, canvas);
        state.drawn(frame.page, frame.furthest);
        seen(state, canvas)
    };
    let screen = draw(&mut state);
    assert!(
        screen.contains("line 1.") && screen.contains("more lines; PgDn"),
        "{screen}"
    );
    state.press(Key::PageDown);
    let screen = draw(&mut state);
    assert!(
        !screen.contains("line 1.\n") && screen.contains("line 30."),
        "{screen}"
    );
    state.press(Key::End);
    let screen = draw(&mut state);
    assert!(
        screen.contains("line 100.") && !screen.contains("more lines"),
        "{screen}"
    );
    // The end is the end: one step back is one line.
    state.press(Key::End);
    draw(&mut state);
    state.press(Key::Up);
    let screen = draw(&mut state);
    assert!(
        screen.contains("↓ 2 more lines") && screen.contains("line 98."),
        "{screen}"
    );
    state.press(Key::Home);
    assert!(draw(&mut state).contains("line 1."));
}
