//! The desk as the watch screen sees it.

use std::sync::Arc;

use super::super::{Config, list, solution};
use crate::cli::args::StateFilter;
use crate::course::Exercise;
use crate::desk;
use crate::watch::{AtHand, Overview, Row, Standing};

/// The course and how far the learner is.
pub fn overview(config: &Config) -> Overview {
    let course = &config.course;
    let mut topics = Vec::new();
    // Topics are numbered through the whole course.
    let mut first_of_week = Vec::new();
    for week in &course.weeks {
        first_of_week.push(topics.len());
        topics.extend(week.parts.iter().map(|part| part.title.clone()));
    }
    let row = |exercise: &Exercise| Row {
        id: exercise.id.clone(),
        title: exercise.title.clone(),
        week: exercise.week,
        topic: first_of_week[exercise.week] + exercise.part,
        crate_folder: exercise.crate_folder.clone(),
        minutes: exercise.minutes,
        standing: standing(config, exercise),
        is_open: config.is_open(exercise),
    };
    // Only a track can be unknown, and none is named.
    let following = config.current(None).ok().flatten();
    Overview {
        weeks: course.weeks.iter().map(|week| week.title.clone()).collect(),
        topics,
        rows: course.exercises.iter().map(row).collect(),
        following: following.and_then(|exercise| course.position(&exercise.id)),
    }
}

/// An exercise, to be worked on.
pub fn at_hand(config: &Config, exercise: &Arc<Exercise>) -> AtHand {
    let file = exercise.main_file();
    let state = config.progress.state(&exercise.id);
    AtHand {
        address: config.desk.root.join(&file),
        file,
        is_done: !config.is_open(exercise),
        hints: state.map_or(0, |state| usize::from(state.hints)),
        can_undo: desk::has_backup(&config.desk, exercise),
        has_debrief: solution::has_debrief(config, exercise),
        changed_pristine: config.desk.changed_pristine(exercise),
        exercise: Arc::clone(exercise),
    }
}

fn standing(config: &Config, exercise: &Exercise) -> Standing {
    match list::state_of(config, exercise) {
        StateFilter::Open => Standing::Open,
        StateFilter::Passed => Standing::Passed,
        StateFilter::Broken => Standing::Broken,
        StateFilter::Skipped => Standing::Skipped,
    }
}
