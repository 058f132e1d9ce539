//! The course and how far the learner is, as the screen shows it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::course::Exercise;

/// How an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not passed yet.
    Open,
    /// Passed.
    Passed,
    /// Passed once, and failing since.
    Broken,
    /// Left for later.
    Skipped,
}

impl Standing {
    /// All of them, in the order to choose from.
    pub const ALL: [Standing; 4] = [
        Standing::Open,
        Standing::Passed,
        Standing::Broken,
        Standing::Skipped,
    ];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Passed => "passed",
            Standing::Broken => "broken",
            Standing::Skipped => "skipped",
        }
    }
}

/// An exercise in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The exercise's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Index into [`Overview::weeks`].
    pub week: usize,
    /// Index into [`Overview::topics`].
    pub topic: usize,
    /// The folder of its crate, relative to the desk.
    pub crate_folder: PathBuf,
    /// Minutes that it takes.
    pub minutes: u32,
    /// How it stands.
    pub standing: Standing,
    /// There is something left to do in it: what was passed and reset is open again.
    pub is_open: bool,
}

/// The whole course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// Titles of the weeks.
    pub weeks: Vec<String>,
    /// Titles of the topics and projects of all weeks.
    pub topics: Vec<String>,
    /// Every exercise, in teaching order.
    pub rows: Vec<Row>,
    /// The index of the exercise to do next, if one is left.
    pub following: Option<usize>,
}

impl Overview {
    /// How many exercises are done.
    pub fn done(&self) -> usize {
        self.rows.iter().filter(|row| !row.is_open).count()
    }

    /// Which exercise a save is about. Stages share a crate: then it is the one at hand while that is
    /// open, else the first open one. A checkout that touches many crates is about the one at hand, if
    /// that is among them, and else about none.
    pub fn aim(&self, at_hand: usize, crates: &BTreeSet<PathBuf>) -> Option<usize> {
        let here = self.rows.get(at_hand);
        let here = here.filter(|row| crates.contains(&row.crate_folder));
        if here.is_some_and(|row| row.is_open) {
            return Some(at_hand);
        }
        let folder = match here {
            Some(row) => &row.crate_folder,
            None => crates.first().filter(|_| crates.len() == 1)?,
        };
        let inside = || {
            let rows = self.rows.iter().enumerate();
            rows.filter(|(_, row)| row.crate_folder == *folder)
        };
        let open = inside().find(|(_, row)| row.is_open).map(|(at, _)| at);
        let first = || inside().next().map(|(at, _)| at);
        open.or(here.map(|_| at_hand)).or_else(first)
    }

    /// The place of an exercise in teaching order, from 0.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.id == id)
    }
}

/// The exercise at hand.
#[derive(Debug, Clone)]
pub struct AtHand {
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// The file to open, relative to the desk.
    pub file: PathBuf,
    /// The same, absolute.
    pub address: PathBuf,
    /// It was passed, and not reset since.
    pub is_done: bool,
    /// How many hints were shown.
    pub hints: usize,
    /// There is a reset to take back.
    pub can_undo: bool,
    /// There is a text for after passing.
    pub has_debrief: bool,
    /// Files of the course that the learner changed in vain.
    pub changed_pristine: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_save_is_about_the_exercise_at_hand_or_the_first_open_one_of_its_crate() {
        let row = |id: &str, folder: &str, standing| Row {
            id: id.to_owned(),
            title: String::new(),
            week: 0,
            topic: 0,
            crate_folder: folder.into(),
            minutes: 1,
            standing,
            is_open: standing == Standing::Open,
        };
        let overview = Overview {
            rows: vec![
                row("ant", "ant", Standing::Passed),
                row("bee", "bee", Standing::Open),
                row("floor", "house", Standing::Passed),
                row("wall", "house", Standing::Open),
                row("roof", "house", Standing::Open),
            ],
            ..Overview::default()
        };
        let check = |at_hand: usize, crates: &[&str], expected: Option<usize>| {
            let crates = crates.iter().map(PathBuf::from).collect();
            assert_eq!(
                overview.aim(at_hand, &crates),
                expected,
                "{at_hand} {crates:?}"
            );
        };
        check(1, &["bee"], Some(1));
        check(1, &["ant"], Some(0));
        check(0, &["ant"], Some(0));
        check(2, &["house"], Some(3));
        check(4, &["house"], Some(4));
        check(1, &["house"], Some(3));
        check(1, &["ant", "bee"], Some(1));
        check(1, &["ant", "house"], None);
        check(1, &["gone"], None);
        check(1, &[], None);
    }
}
