//! What the service needs from the world, in the service's own words. Adapters fulfil it.
//!
//! Architecture invariant: nothing here names a database, a protocol or a library for one.

mod jobs;

mod cache;

mod updates;

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use cache::{CacheStore, Lease, Looked};

use crate::Secret;
use crate::domain::{Draft, Name, Task, TaskId, Timestamp, UserId};

pub use jobs::{
    Arrival, Backlog, DeadJob, Delivery, Dice, Held, JobId, JobQueue, Leased, Notifier, Receipt,
    Undelivered,
};
pub use updates::{Since, UPDATES_KEPT, Update, UpdateLog};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;
}

/// Gives bytes that nobody can guess.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    ///
    /// If there are none to be had. Then `bytes` are not to be used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError>;
}

/// Gives numbers by which things are told apart.
pub trait Ids: Send + Sync {
    /// A random number, each as likely as the others. It is no secret.
    fn number(&self) -> u64;
}

/// Makes of a password what may be kept, and knows it again. Slow by intention, and on the caller's thread.
pub trait PasswordHasher: Send + Sync {
    /// What may be kept. It has all that `verify` needs beside the password.
    ///
    /// # Errors
    ///
    /// If it can't be made.
    fn hash(&self, password: &Secret, salt: [u8; 16]) -> Result<Secret, StoreError>;

    /// Whether `kept` was made of this password.
    ///
    /// # Errors
    ///
    /// If `kept` was made by nobody that it knows.
    fn verify(&self, password: &Secret, kept: &Secret) -> Result<bool, StoreError>;
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
/// What changes a task leaves a job that tells of it, and an update, in the same step: see [`JobQueue`] and
/// [`UpdateLog`].
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

/// Keeps accounts and the sessions of their owners. Each call happens as a whole or not at all, whatever happens
/// at the same time.
pub trait AccountRepository: Send + Sync {
    /// Makes an account, unless the name is taken. Its number is above all that were ever given, and above 1:
    /// user 1 was everybody before there were accounts, and nobody inherits what they have left.
    fn register(&self, name: Name, password: Secret, at: Timestamp) -> Pending<'_, Option<UserId>>;

    /// The account of that name.
    fn account(&self, name: Name) -> Pending<'_, Option<Account>>;

    /// Stores a new session, and forgets those that are over by the time that it begins.
    fn begin(&self, session: Session) -> Pending<'_, ()>;

    /// If `used` is the session's token, `next` takes its place. If it is not, it was once, or a copy was: the
    /// session ends in the same step.
    fn rotate(
        &self,
        session: Digest,
        used: Digest,
        next: Digest,
        now: Timestamp,
    ) -> Pending<'_, Rotated>;

    /// Ends a session, if there is one.
    fn end(&self, session: Digest) -> Pending<'_, ()>;

    /// Ends all sessions of an owner.
    fn end_all(&self, owner: UserId) -> Pending<'_, ()>;
}

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose tasks its owner's are.
    pub id: UserId,
    /// What it is called.
    pub name: Name,
    /// What is kept of the password.
    pub password: Secret,
}

/// What is kept in place of random bytes: with it one can recognise them, and not make them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// That somebody is signed in on some device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Of what all its tokens have in common.
    pub id: Digest,
    /// Who is signed in.
    pub owner: UserId,
    /// Of the one token that is good for the next rotation.
    pub token: Digest,
    /// When it began.
    pub began: Timestamp,
    /// From then on it is over, however often its token was replaced.
    pub expires: Timestamp,
}

/// What came of an attempt to replace a session's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotated {
    /// The next one is stored. The session is this user's.
    Done(UserId),
    /// The token is not the session's. It was this user's session, and has ended.
    Reused(UserId),
    /// There is no such session, or not any more.
    Over,
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

/// A store did not do its work. For the log: callers outside learn only that something went wrong here, and whether
/// it is of use to come back.
///
/// Clones share the cause: one failure may be the answer to several who have asked.
#[derive(Debug, Clone)]
pub struct StoreError {
    action: &'static str,
    passes: bool,
    source: Arc<dyn Error + Send + Sync>,
}

impl StoreError {
    /// What it was about to do, as in "cannot …", and what went wrong. Somebody has to mend it.
    pub fn new(action: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            action,
            passes: false,
            source: Arc::from(source.into()),
        }
    }

    /// As [`new`](Self::new), where nobody has to do anything but wait: the same may go well in a moment.
    ///
    /// It may have been done all the same, and only its answer lost.
    pub fn unavailable(
        action: &'static str,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            passes: true,
            ..Self::new(action, source)
        }
    }

    /// Whether the same may go well in a moment.
    pub fn is_unavailable(&self) -> bool {
        self.passes
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
