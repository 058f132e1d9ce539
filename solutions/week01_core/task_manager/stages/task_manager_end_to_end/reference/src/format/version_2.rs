//! What releases 1.x wrote. It says "none" by 0 and by an empty text, here and nowhere behind this file.

use serde::Deserialize;

use super::version_3::{self, Version3};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Version2 {
    #[serde(rename = "version")]
    _version: u64,
    tasks: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) id: u32,
    pub(super) title: String,
    pub(super) urgent: bool,
    pub(super) due: String,
    pub(super) after: u32,
    pub(super) done: bool,
}

impl Version2 {
    pub(super) fn new(tasks: Vec<Row>) -> Self {
        Self { _version: 2, tasks }
    }
}

impl From<Version2> for Version3 {
    fn from(old: Version2) -> Self {
        // Nobody wrote down the highest number that was ever given. The highest that is there is the best guess:
        // a lower one would give a number twice for certain.
        let last = old.tasks.iter().map(|row| row.id).max().unwrap_or(0);
        let tasks = old.tasks.into_iter().map(|row| version_3::Row {
            id: row.id,
            title: row.title,
            priority: if row.urgent { "high" } else { "normal" }.to_owned(),
            due: (!row.due.is_empty()).then_some(row.due),
            after: (row.after != 0).then_some(row.after).into_iter().collect(),
            done: row.done,
            // Nobody knows when. Any number would be a claim.
            done_at: None,
        });
        Self::new(last, tasks.collect())
    }
}
