//! What work in the background needs: a queue that survives, somebody to tell, and chance.

use std::error::Error;
use std::fmt;
use std::future;
use std::pin::Pin;
use std::time::Duration;

use super::Pending;
use crate::domain::{Notice, Timestamp};
use crate::trace::TraceContext;

/// Keeps the jobs that changes to tasks leave behind. Whoever keeps the tasks is the one who can: a change and its
/// job are there together or not at all, so nothing here puts a job in.
///
/// A job is handed out for a time. Who has it and does not answer in time has crashed, or can't be told from somebody
/// who has; then it is handed out again. So a job may be worked on twice, also at the same time. But only the last one
/// who got it is listened to.
pub trait JobQueue: Send + Sync {
    /// Hands out the oldest job that is due at `now`, and to nobody else before `until`.
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>>;

    /// Keeps the job from others until then.
    fn extend(&self, receipt: Receipt, until: Timestamp) -> Pending<'_, Held>;

    /// The job is done, and gone.
    fn complete(&self, receipt: Receipt) -> Pending<'_, Held>;

    /// The job is to be tried again, not before `due`.
    fn retry(&self, receipt: Receipt, due: Timestamp, reason: String) -> Pending<'_, Held>;

    /// The job is not tried again, and kept for somebody to look at.
    fn bury(&self, receipt: Receipt, reason: String) -> Pending<'_, Held>;

    /// Jobs that were buried, the oldest first, at most `limit`.
    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>>;

    /// How much there is to do. The one here does not know.
    fn backlog(&self) -> Pending<'_, Option<Backlog>> {
        Box::pin(future::ready(Ok(None)))
    }

    /// Completes when it may be worth while to claim sooner than planned. It is a hint and no promise: the one here
    /// never comes, and workers find out by looking.
    fn arrived(&self) -> Arrival<'_> {
        Box::pin(future::pending())
    }
}

/// The wait for a hint that there is something to do.
pub type Arrival<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Which job it is. A later one has a higher number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

impl JobId {
    /// The job with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// A job that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// What to answer with.
    pub receipt: Receipt,
    /// What is to be told.
    pub notice: Notice,
    /// What has made the change that it tells of, where that is known.
    pub trace: Option<TraceContext>,
}

/// Shows which job somebody has, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The job.
    pub job: JobId,
    /// How often it has been handed out, this time included. It only rises, so a holder who has lost the job is told
    /// from the present one.
    pub attempt: u32,
}

/// How much there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs that are not done, whether somebody is at it or not.
    pub waiting: u64,
    /// When the oldest of them was left. `None` if there is none, or it is from before that was written down.
    pub oldest: Option<Timestamp>,
    /// Jobs that are not tried again.
    pub dead: u64,
}

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It counts.
    Kept,
    /// The job was handed to somebody else, or answered for. Nothing is changed.
    Lost,
}

/// A job that is not tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// The job.
    pub job: JobId,
    /// What was to be told.
    pub notice: Notice,
    /// How often it was handed out.
    pub attempts: u32,
    /// Why it is not tried again.
    pub reason: String,
}

/// Tells somebody outside what has happened.
pub trait Notifier: Send + Sync {
    /// Tells of `notice`. May be dropped at any time, and is called again with the same `key` when it is not known
    /// whether that was heard. Whoever hears counts each key once.
    fn notify<'a>(&'a self, key: &'a str, notice: &'a Notice) -> Delivery<'a>;
}

/// The outcome of telling somebody, when it is there.
pub type Delivery<'a> = Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'a>>;

/// Why somebody was not told.
#[derive(Debug)]
pub enum Undelivered {
    /// It may work later.
    Later(Box<dyn Error + Send + Sync>),
    /// It will never work.
    Never(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Later(_) => "the notice could not be delivered now",
            Self::Never(_) => "the notice can't be delivered",
        })
    }
}

impl Error for Undelivered {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let (Self::Later(source) | Self::Never(source)) = self;
        Some(&**source)
    }
}

/// Chance.
pub trait Dice: Send + Sync {
    /// Anything from zero to `limit`, each as likely as the others.
    fn up_to(&self, limit: Duration) -> Duration;
}
