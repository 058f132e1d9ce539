//! What a copy looks like from outside: JSON, in a form of its own.

use serde::{Deserialize, Serialize};

use crate::domain::{Facts, State, Task, TaskId, Timestamp, Title, UserId};

/// A task, and since when it may be out of date.
pub(super) struct Copied<'t> {
    pub(super) since: Timestamp,
    pub(super) task: &'t Task,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    copied: u64,
    id: u64,
    owner: u64,
    title: String,
    status: String,
    since: Option<u64>,
    created: u64,
    changed: u64,
    version: u64,
}

impl Copied<'_> {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let facts = self.task.facts();
        let form = Form {
            copied: self.since.millis(),
            id: facts.id.get(),
            owner: facts.owner.get(),
            title: facts.title.as_str().to_owned(),
            status: facts.state.status().to_string(),
            since: facts.state.since().map(Timestamp::millis),
            created: facts.created.millis(),
            changed: facts.changed.millis(),
            version: facts.version,
        };
        serde_json::to_vec(&form).expect("numbers and texts are JSON")
    }
}

/// `None` if it is no copy of a task. That is no error: nothing depends on a copy.
pub(super) fn read(bytes: &[u8]) -> Option<(Timestamp, Task)> {
    let form: Form = serde_json::from_slice(bytes).ok()?;
    let at = form.since.map(Timestamp::from_millis);
    let state = match (form.status.as_str(), at) {
        ("open", None) => State::Open,
        ("started", Some(at)) => State::Started { at },
        ("done", Some(at)) => State::Done { at },
        ("dropped", Some(at)) => State::Dropped { at },
        _ => return None,
    };
    let facts = Facts {
        id: TaskId::new(form.id),
        owner: UserId::new(form.owner),
        title: Title::parse(&form.title).ok()?,
        state,
        created: Timestamp::from_millis(form.created),
        changed: Timestamp::from_millis(form.changed),
        version: form.version,
    };
    let task = Task::restore(facts).ok()?;
    Some((Timestamp::from_millis(form.copied), task))
}
