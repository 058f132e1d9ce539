//! What users do with tasks: the domain's rules, applied to what is stored.
//!
//! Architecture invariant: every function takes the owner, and reaches the store only through it.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::{Draft, Refused, Step, Task, TaskId, Timestamp, Title, UserId};
use crate::ports::{Clock, Inserted, Once, StoreError, TaskRepository, Written};

/// For how long a request can be repeated under its key.
const ONCE_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How often a change that was overtaken is made again, before its caller is told to.
const ATTEMPTS: usize = 4;

/// What users do with tasks. Clones share the store.
#[derive(Clone)]
pub struct Tasks {
    repository: Arc<dyn TaskRepository>,
    clock: Arc<dyn Clock>,
}

/// What a request to create a task has led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// A new task.
    Now(Task),
    /// The task that an earlier request with the same key has made, as it was then.
    Before(Task),
}

/// What is to become of a task. Both or none at all: a step that is refused renames nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// What it is to be called.
    pub title: Option<Title>,
    /// Which step it is to take.
    pub step: Option<Step>,
}

/// Some of an owner's tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Lowest number first.
    pub tasks: Vec<Task>,
    /// The number after which the next page begins, if there is more.
    pub next: Option<TaskId>,
}

impl Tasks {
    /// The most tasks that a page has.
    pub const LARGEST_PAGE: usize = 100;

    /// Tasks that are kept in `repository` and get their times from `clock`.
    pub fn new(repository: Arc<dyn TaskRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { repository, clock }
    }

    /// Makes a task; with a key that was used in the last 24 hours, none, if the title is the same.
    ///
    /// # Errors
    ///
    /// [`TaskError::KeyReused`] if it is not, and [`TaskError::Store`].
    pub async fn create(
        &self,
        owner: UserId,
        title: Title,
        key: Option<String>,
    ) -> Result<Created, TaskError> {
        let created = self.clock.now();
        let kept = ONCE_KEPT.as_millis() as u64;
        let forget_before = Timestamp::from_millis(created.millis().saturating_sub(kept));
        let once = key.map(|key| Once { key, forget_before });
        let draft = Draft {
            owner,
            title,
            created,
        };
        match self.repository.insert(draft, once).await? {
            Inserted::New(task) => Ok(Created::Now(task)),
            Inserted::Again(task) => Ok(Created::Before(task)),
            Inserted::KeyReused => Err(TaskError::KeyReused),
        }
    }

    /// The owner's task.
    ///
    /// # Errors
    ///
    /// [`TaskError::Missing`] and [`TaskError::Store`].
    pub async fn get(&self, owner: UserId, id: TaskId) -> Result<Task, TaskError> {
        let found = self.repository.find(owner, id).await?;
        found.ok_or(TaskError::Missing)
    }

    /// The owner's tasks after `after`: `size` of them, or 1 if that is less, or
    /// [`Tasks::LARGEST_PAGE`] if that is more.
    ///
    /// # Errors
    ///
    /// [`TaskError::Store`].
    pub async fn page(
        &self,
        owner: UserId,
        after: Option<TaskId>,
        size: usize,
    ) -> Result<Page, TaskError> {
        let size = size.clamp(1, Self::LARGEST_PAGE);
        // One more than asked for tells whether there is a next page, without counting all of them.
        let mut tasks = self.repository.list(owner, after, size + 1).await?;
        let more = tasks.len() > size;
        tasks.truncate(size);
        let last = tasks.last().map(|task| task.facts().id);
        Ok(Page {
            tasks,
            next: last.filter(|_| more),
        })
    }

    /// Changes the owner's task, if its version is `expected`; without one, whatever its version.
    ///
    /// # Errors
    ///
    /// [`TaskError::Missing`], [`TaskError::Stale`], [`TaskError::Refused`] and [`TaskError::Store`].
    pub async fn change(
        &self,
        owner: UserId,
        id: TaskId,
        change: Change,
        expected: Option<u64>,
    ) -> Result<Task, TaskError> {
        for _ in 0..ATTEMPTS {
            let mut task = self.read(owner, id, expected).await?;
            let read = task.facts().version;
            let now = self.clock.now();
            if let Some(title) = change.title.clone() {
                task.rename(title, now)?;
            }
            if let Some(step) = change.step {
                task.take(step, now)?;
            }
            if task.facts().version == read {
                return Ok(task);
            }
            match self.repository.update(task.clone(), read).await? {
                Written::Done => return Ok(task),
                Written::Missing => return Err(TaskError::Missing),
                // Somebody was faster. What they have left is read, and judged, anew.
                Written::Stale => {}
            }
        }
        Err(TaskError::Stale)
    }

    /// Deletes the owner's task, if its version is `expected`; without one, whatever its version.
    ///
    /// # Errors
    ///
    /// [`TaskError::Missing`], [`TaskError::Stale`] and [`TaskError::Store`].
    pub async fn delete(
        &self,
        owner: UserId,
        id: TaskId,
        expected: Option<u64>,
    ) -> Result<(), TaskError> {
        for _ in 0..ATTEMPTS {
            let read = self.read(owner, id, expected).await?.facts().version;
            match self.repository.delete(owner, id, read).await? {
                Written::Done => return Ok(()),
                Written::Missing => return Err(TaskError::Missing),
                Written::Stale => {}
            }
        }
        Err(TaskError::Stale)
    }

    async fn read(
        &self,
        owner: UserId,
        id: TaskId,
        expected: Option<u64>,
    ) -> Result<Task, TaskError> {
        let task = self.get(owner, id).await?;
        match expected {
            Some(version) if version != task.facts().version => Err(TaskError::Stale),
            _ => Ok(task),
        }
    }
}

/// Why a user did not get what they asked for.
#[derive(Debug)]
pub enum TaskError {
    /// They have no such task. Whether somebody else has is not said.
    Missing,
    /// The task has another version than they expected, or others change it all the time.
    Stale,
    /// They have used the key for something else.
    KeyReused,
    /// The rules forbid it.
    Refused(Refused),
    /// It is not their fault.
    Store(StoreError),
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such task"),
            Self::Stale => f.write_str("the task has been changed in the meantime"),
            Self::KeyReused => f.write_str("the key was used for another request"),
            Self::Refused(refused) => refused.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for TaskError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // What is inside speaks for itself in `Display`: its own cause is the next.
            Self::Refused(refused) => refused.source(),
            Self::Store(error) => error.source(),
            Self::Missing | Self::Stale | Self::KeyReused => None,
        }
    }
}

impl From<Refused> for TaskError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for TaskError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
