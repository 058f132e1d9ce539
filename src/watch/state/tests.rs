use std::path::PathBuf;

use super::*;
use crate::watch::Questions;
use crate::watch::fixture::{state, verdict};
use crate::watch::keymap::bindings;

/// The letters of the keys that are shown.
fn shown(state: &State) -> String {
    bindings(state).iter().map(|binding| binding.name).collect()
}

fn saved(crates: &[&str]) -> Saved {
    Saved {
        crates: crates.iter().map(PathBuf::from).collect(),
        course: false,
    }
}

#[test]
fn a_key_is_shown_exactly_if_it_does_something() {
    let mut passed = state();
    passed.judged(verdict(Outcome::Passed));
    passed.hand.is_done = true;
    passed.hand.can_undo = true;
    passed.overview.following = Some(1);
    let mut running = state();
    running.begin(Instant::now());
    for (state, keys) in [
        (state(), "hsldrow⏎?q"),
        (passed, "nhsyldcruow⏎?q"),
        (running, "hsldrow?q"),
    ] {
        assert_eq!(shown(&state), keys);
        for letter in ('a'..='z').chain(['?']) {
            // These scroll.
            if "jkg".contains(letter) {
                continue;
            }
            let mut pressed = state.clone();
            let effects = pressed.press(Key::Char(letter));
            let did = !effects.is_empty() || !matches!(pressed.view, View::Exercise);
            assert_eq!(did, keys.contains(letter), "{letter}");
        }
    }
}

#[test]
fn a_pass_offers_the_next_exercise_and_does_not_go_there() {
    let mut state = state();
    state.overview.following = Some(1);
    assert_eq!(state.press(Key::Char('n')), []);
    state.judged(verdict(Outcome::Passed));
    assert_eq!(state.place(), 0);
    assert_eq!(state.press(Key::Char('n')), [Effect::GoTo(1)]);
}

#[test]
fn a_save_judges_here_or_goes_where_it_was() {
    let mut state = state();
    let here = saved(&["exercises/basics/add_up"]);
    assert_eq!(state.saved(&here), [Effect::Judge]);
    let there = saved(&["exercises/basics/greet"]);
    assert_eq!(state.saved(&there), [Effect::GoTo(1)]);
    let many = saved(&["exercises/basics/greet", "exercises/basics/tally"]);
    assert_eq!(state.saved(&many), []);
    assert!(state.notice.is_some());
    let course = Saved {
        course: true,
        ..here
    };
    assert_eq!(state.saved(&course), [Effect::Reload, Effect::Judge]);
}

#[test]
fn ctrl_c_and_ctrl_z_mean_the_same_in_every_view() {
    let mut list = state();
    list.press(Key::Char('l'));
    list.press(Key::Char('/'));
    let mut resetting = state();
    resetting.press(Key::Char('r'));
    let mut questions = state();
    questions.view = View::Questions(Questions::at(0, 2));
    for state in [state(), list, resetting, questions] {
        assert_eq!(state.clone().press(Key::Interrupt), [Effect::Interrupt]);
        assert_eq!(state.clone().press(Key::Suspend), [Effect::Suspend]);
    }
}

#[test]
fn what_is_known_of_the_old_files_stays_until_something_is_known_of_the_new() {
    let mut state = state();
    state.judged(verdict(Outcome::Failed));
    state.begin(Instant::now());
    assert!(state.verdict.is_some() && state.running.is_some());
    state.judged(verdict(Outcome::Passed));
    assert!(state.running.is_none());
    // Nor does an old verdict stand beside trouble.
    state.failed(vec!["no cargo".to_owned()]);
    assert!(state.verdict.is_none());
}

#[test]
fn another_exercise_starts_with_nothing_known() {
    let mut first = state();
    first.judged(verdict(Outcome::Passed));
    let mut hand = first.hand.clone();
    let mut exercise = (*hand.exercise).clone();
    exercise.id = "greet".to_owned();
    hand.exercise = exercise.into();
    first.arrive(hand);
    assert!(first.verdict.is_none());
    assert_eq!(first.place(), 1);
}

#[test]
fn a_reset_is_asked_for_twice() {
    let mut state = state();
    assert_eq!(state.press(Key::Char('r')), []);
    assert_eq!(state.press(Key::Enter), []);
    assert!(matches!(state.view, View::Exercise));
    state.press(Key::Char('r'));
    assert_eq!(state.press(Key::Char('y')), [Effect::Reset]);
}
