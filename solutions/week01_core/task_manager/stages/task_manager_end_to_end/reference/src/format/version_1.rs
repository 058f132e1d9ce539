//! What the shell script wrote, until 2023: an array, in which a task's number is its place.

use serde::Deserialize;

use super::version_2::{self, Version2};

#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Version1(Vec<Row>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    title: String,
    done: bool,
}

impl From<Version1> for Version2 {
    fn from(old: Version1) -> Self {
        let tasks = old.0.into_iter().zip(1..).map(|(row, id)| version_2::Row {
            id,
            title: row.title,
            urgent: false,
            due: String::new(),
            after: 0,
            done: row.done,
        });
        Self::new(tasks.collect())
    }
}
