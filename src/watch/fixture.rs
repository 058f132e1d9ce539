//! A state for unit tests: the fixture course, nothing passed, its first exercise at hand.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::overview::{AtHand, Overview, Row, Standing};
use super::state::State;
use crate::course;
use crate::engine::{Outcome, Verdict};

pub fn state() -> State {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture");
    let course = course::load(&root).expect("the fixture is right");
    let exercise = Arc::new(course.exercises[0].clone());
    let row = |exercise: &course::Exercise| Row {
        id: exercise.id.clone(),
        title: exercise.title.clone(),
        week: exercise.week,
        topic: exercise.week,
        crate_folder: exercise.crate_folder.clone(),
        minutes: exercise.minutes,
        standing: Standing::Open,
        is_open: true,
    };
    let overview = Overview {
        weeks: course.weeks.iter().map(|week| week.title.clone()).collect(),
        topics: vec!["Basics".to_owned(), "A house".to_owned()],
        rows: course.exercises.iter().map(row).collect(),
        following: Some(0),
    };
    let hand = AtHand {
        file: exercise.main_file(),
        address: root.join(exercise.main_file()),
        is_done: false,
        hints: 0,
        can_undo: false,
        has_debrief: true,
        changed_pristine: Vec::new(),
        exercise,
    };
    State::new(overview, hand, true)
}

/// A verdict of no checks.
pub fn verdict(outcome: Outcome) -> Verdict {
    Verdict {
        exercise: "add_up".to_owned(),
        fingerprint: serde_json::from_str("\"ab12\"").expect("it is a text"),
        outcome,
        checks: Vec::new(),
        reporters: Vec::new(),
        unexpected: Vec::new(),
        warnings: Vec::new(),
        took: Duration::ZERO,
    }
}
