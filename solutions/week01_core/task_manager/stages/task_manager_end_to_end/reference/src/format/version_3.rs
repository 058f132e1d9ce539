//! What is written now.

use serde::{Deserialize, Serialize};

use super::VERSION;
use crate::list::{State, Task, TaskList};
use crate::values::{Invalid, TaskId, Timestamp};

// A field that is not known would be lost when the file is next written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Version3 {
    version: u64,
    last_id: u32,
    tasks: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) id: u32,
    pub(super) title: String,
    pub(super) priority: String,
    pub(super) due: Option<String>,
    pub(super) after: Vec<u32>,
    pub(super) done: bool,
    pub(super) done_at: Option<u64>,
}

impl Version3 {
    pub(super) fn new(last_id: u32, tasks: Vec<Row>) -> Self {
        Self {
            version: VERSION,
            last_id,
            tasks,
        }
    }

    /// The list that this stands for, or why there is none, in words.
    pub(super) fn into_list(self) -> Result<TaskList, String> {
        let mut tasks = Vec::with_capacity(self.tasks.len());
        for row in self.tasks {
            let id = row.id;
            tasks.push(
                row.into_task()
                    .map_err(|reason| format!("task {id}: {reason}"))?,
            );
        }
        TaskList::restore(self.last_id, tasks)
    }
}

impl From<&TaskList> for Version3 {
    fn from(list: &TaskList) -> Self {
        Self::new(list.last(), list.tasks().map(Row::from).collect())
    }
}

impl From<&Task> for Row {
    fn from(task: &Task) -> Self {
        let (done, done_at) = match task.state {
            State::Open => (false, None),
            State::Done { at } => (true, at.map(Timestamp::as_secs)),
        };
        Self {
            id: task.id.get(),
            title: task.title.to_string(),
            priority: task.priority.to_string(),
            due: task.due.map(|due| due.to_string()),
            after: task.after.iter().map(|id| id.get()).collect(),
            done,
            done_at,
        }
    }
}

impl Row {
    fn into_task(self) -> Result<Task, String> {
        let field = |name: &str, text: &str, reason: Invalid| format!("{name} `{text}` {reason}");
        let number = |number: u32| TaskId::new(number).ok_or("there is no task 0");
        let title = self.title.as_str();
        Ok(Task {
            id: number(self.id)?,
            title: title.parse().map_err(|why| field("title", title, why))?,
            priority: self
                .priority
                .parse()
                .map_err(|why| field("priority", &self.priority, why))?,
            due: match &self.due {
                Some(due) => Some(due.parse().map_err(|why| field("due", due, why))?),
                None => None,
            },
            after: self
                .after
                .into_iter()
                .map(number)
                .collect::<Result<_, _>>()?,
            state: match (self.done, self.done_at) {
                (false, None) => State::Open,
                (false, Some(_)) => return Err("it is open and has a time".to_owned()),
                (true, at) => State::Done {
                    at: at.map(Timestamp::from_secs),
                },
            },
        })
    }
}
