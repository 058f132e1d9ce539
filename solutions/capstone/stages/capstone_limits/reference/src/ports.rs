//! What the service needs from the world, in the service's own words. Adapters fulfil it.
//!
//! Architecture invariant: nothing here names a database, a protocol or a library for one.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use crate::domain::{Draft, Task, TaskId, Timestamp, UserId};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;
}

/// An answer that takes its time. Boxed, so that the adapter can be chosen when the service starts.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Knows who is calling.
pub trait Callers: Send + Sync {
    /// The user whom `authorization`, the value of the header, proves the caller to be, if anybody.
    fn identify<'a>(&'a self, authorization: Option<&'a str>) -> Pending<'a, Option<UserId>>;
}

/// Keeps tasks. Each call happens as a whole or not at all, whatever happens at the same time.
///
/// What one owner asks never shows, or changes, what another has.
pub trait TaskRepository: Send + Sync {
    /// Stores a new task under a number above all that were ever given, also to tasks that are gone.
    ///
    /// With `once`, a draft of the same owner with the same key that was stored before is answered again
    /// as it was then, whatever has become of it.
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted>;

    /// The owner's task.
    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>>;

    /// The owner's tasks with numbers above `after`, lowest first, at most `limit`.
    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>>;

    /// Replaces its owner's task of that number, if what is stored has version `expected`.
    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written>;

    /// Deletes the owner's task, if what is stored has version `expected`.
    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written>;
}

/// What the caller calls a request, in order to be able to repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// The caller's name for the request.
    pub key: String,
    /// What was stored under a key before this time counts as forgotten.
    pub forget_before: Timestamp,
}

/// What came of an insertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inserted {
    /// The task is stored.
    New(Task),
    /// It has been stored before, under the same key. This is what it was then.
    Again(Task),
    /// The key was used before, for another title. Nothing is stored.
    KeyReused,
}

/// What came of a change to a stored task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is stored.
    Done,
    /// What is stored has another version. Nothing is changed.
    Stale,
    /// The owner has no such task.
    Missing,
}

/// A store did not do its work. For the log: callers outside learn only that something went wrong here.
#[derive(Debug)]
pub struct StoreError {
    action: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl StoreError {
    /// What it was about to do, as in "cannot …", and what went wrong.
    pub fn new(action: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            action,
            source: source.into(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}", self.action)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
