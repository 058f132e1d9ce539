//! The file's format, version 3, and nothing that knows of files.
//!
//! The types here are what is written, not what is meant: the domain can change without the files of last
//! year becoming unreadable, and serde can't make a `Title` that no constructor has seen.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::list::{State, Task, TaskList};
use crate::values::{Invalid, TaskId, Timestamp};

/// The version that is written.
const VERSION: u64 = 3;

/// Why bytes are no list.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// They make no sense.
    Damaged(String),
    /// They are in a format of this version, which this program does not know.
    Newer(u64),
}

/// All that is asked of a document before its version is known.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

// A field that is not known would be lost when the file is next written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    last_id: u32,
    tasks: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: u32,
    title: String,
    priority: String,
    due: Option<String>,
    after: Vec<u32>,
    done: bool,
    done_at: Option<u64>,
}

/// Understands the bytes of a file.
pub(crate) fn read(bytes: &[u8]) -> Result<TaskList, Unreadable> {
    // The version first: of a later format nothing else can be expected.
    let head: Head = json(bytes)?;
    if head.version > VERSION {
        return Err(Unreadable::Newer(head.version));
    }
    if head.version < VERSION {
        return damaged(format!("there is no version {}", head.version));
    }
    let document: Document = json(bytes)?;
    let mut tasks = Vec::with_capacity(document.tasks.len());
    for row in document.tasks {
        let id = row.id;
        match row.into_task() {
            Ok(task) => tasks.push(task),
            Err(reason) => return damaged(format!("task {id}: {reason}")),
        }
    }
    match TaskList::restore(document.last_id, tasks) {
        Ok(list) => Ok(list),
        Err(contradiction) => damaged(contradiction),
    }
}

/// The bytes of a file.
pub(crate) fn write(list: &TaskList) -> Vec<u8> {
    let document = Document {
        version: VERSION,
        last_id: list.last(),
        tasks: list.tasks().map(Row::from).collect(),
    };
    let mut bytes =
        serde_json::to_vec_pretty(&document).expect("numbers, texts and lists of them are JSON");
    // People look at it with tools that want a last line to end.
    bytes.push(b'\n');
    bytes
}

fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    // serde_json's text ends in line and column.
    serde_json::from_slice(bytes).map_err(|error| Unreadable::Damaged(error.to_string()))
}

fn damaged<T>(reason: impl fmt::Display) -> Result<T, Unreadable> {
    Err(Unreadable::Damaged(reason.to_string()))
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
