//! What somebody outside is told about a task.

use super::{Task, TaskId, Timestamp, UserId};

/// Something that has happened to a task. It names the task and shows nothing of it: whoever is told reads it, and
/// sees what they may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What has happened.
    pub what: What,
    /// Whose task it is.
    pub owner: UserId,
    /// Which task it is.
    pub task: TaskId,
    /// When the task was made.
    pub created: Timestamp,
    /// The version that this has led to. A deletion counts as one more.
    pub version: u64,
}

/// What has happened to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// It is new.
    Created,
    /// Its title or its state is another.
    Changed,
    /// It is gone.
    Deleted,
}

impl Notice {
    /// That `what` has led to `task` as it is now.
    pub fn about(what: What, task: &Task) -> Self {
        let facts = task.facts();
        Self {
            what,
            owner: facts.owner,
            task: facts.id,
            created: facts.created,
            version: facts.version,
        }
    }

    /// The same for the same thing that has happened, and for no other. The time is in it because a store in memory
    /// begins to count its tasks anew, and whoever is told may remember longer.
    pub fn key(&self) -> String {
        format!(
            "{}-{}-{}",
            self.task.get(),
            self.created.millis(),
            self.version
        )
    }
}

impl What {
    /// A word for it, to be stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }
}
