//! What a game server does between two frames: it takes jobs from two queues, and never waits for one.

use std::num::NonZeroU32;
use std::sync::mpsc::{Receiver, TryRecvError};

/// Two queues of jobs, of which one goes first.
#[derive(Debug)]
pub struct Intake<T> {
    urgent: Receiver<T>,
    bulk: Receiver<T>,
    share: NonZeroU32,
    taken: u32,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken<T> {
    /// A job of the urgent queue.
    Urgent(T),
    /// A job of the bulk queue.
    Bulk(T),
    /// No job at this moment. One may come.
    Idle,
    /// No job, and none can come any more.
    Closed,
}

impl<T> Intake<T> {
    /// Takes from these queues: while both have jobs, `share` urgent ones for each bulk one.
    #[must_use]
    pub fn new(urgent: Receiver<T>, bulk: Receiver<T>, share: NonZeroU32) -> Self {
        Self {
            urgent,
            bulk,
            share,
            taken: 0,
        }
    }

    /// Takes a job if there is one. Never waits.
    pub fn take(&mut self) -> Taken<T> {
        if self.taken < self.share.get() {
            match self.urgent.try_recv() {
                Ok(job) => {
                    self.taken += 1;
                    Taken::Urgent(job)
                }
                Err(TryRecvError::Empty) => Taken::Idle,
                Err(TryRecvError::Disconnected) => Taken::Closed,
            }
        } else {
            self.taken = 0;
            match self.bulk.try_recv() {
                Ok(job) => Taken::Bulk(job),
                Err(TryRecvError::Empty) => Taken::Idle,
                Err(TryRecvError::Disconnected) => Taken::Closed,
            }
        }
    }
}
