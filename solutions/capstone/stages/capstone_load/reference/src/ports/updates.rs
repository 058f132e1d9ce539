//! What live updates need: a log of what has happened to each owner's tasks.

use std::future;

use super::{Arrival, Pending};
use crate::domain::{Notice, UserId};

/// Keeps what has happened to tasks, for those who want to see it. Whoever keeps the tasks is the one who can: a change
/// and its update are there together or not at all, so nothing here puts one in.
///
/// Each owner has a count of their own. The updates of an owner are numbered without a gap, in the order in which the
/// changes were made: who has seen one number has seen all that are smaller.
pub trait UpdateLog: Send + Sync {
    /// The number of the last update of each of `owners`, in their order, whether it is still kept or not.
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>>;

    /// The owner's updates with numbers above `after`, lowest first, at most `limit`.
    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since>;

    /// Completes when it may be worth while to look sooner than planned. It is a hint and no promise: the one here
    /// never comes.
    fn grown(&self) -> Arrival<'_> {
        Box::pin(future::pending())
    }
}

/// How many updates of an owner are kept. Who has missed more reads their tasks anew, which is less by then.
pub const UPDATES_KEPT: u64 = 128;

/// What came after a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// All of it, or as much as was asked for.
    Updates(Vec<Update>),
    /// Nobody knows: some of it is not kept any more, or the number is none that was given here.
    Unknown,
}

/// Something that has happened to one of an owner's tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// Its place among all that has happened to the owner's.
    pub number: u64,
    /// What it was.
    pub notice: Notice,
}
