//! What a game server does between two frames: it takes jobs from two queues, and never waits for one.

use std::num::NonZeroU32;
use std::sync::mpsc::{Receiver, TryRecvError};

/// Two queues of jobs, of which one goes first.
#[derive(Debug)]
pub struct Intake<T> {
    urgent: Receiver<T>,
    bulk: Receiver<T>,
    /// A job of each queue that was received and not handed out.
    held: (Option<T>, Option<T>),
    share: NonZeroU32,
    /// How many urgent jobs were taken in a row while a bulk one waited.
    in_a_row: u32,
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
            held: (None, None),
            share,
            in_a_row: 0,
        }
    }

    /// Takes a job if there is one. Never waits.
    ///
    /// A turn decides which queue is asked *first*. If it has no job the other one is asked, so a turn
    /// never keeps a job waiting for nothing; and a missed turn is not made up for later.
    pub fn take(&mut self) -> Taken<T> {
        let urgent_closed = look(&mut self.held.0, &self.urgent);
        let bulk_closed = look(&mut self.held.1, &self.bulk);
        let bulk_waits = self.held.1.is_some();
        if bulk_waits && self.in_a_row == self.share.get() {
            self.in_a_row = 0;
            if let Some(job) = self.held.1.take() {
                return Taken::Bulk(job);
            }
        }
        if let Some(job) = self.held.0.take() {
            self.in_a_row = if bulk_waits { self.in_a_row + 1 } else { 0 };
            return Taken::Urgent(job);
        }
        self.in_a_row = 0;
        match self.held.1.take() {
            Some(job) => Taken::Bulk(job),
            None if urgent_closed && bulk_closed => Taken::Closed,
            None => Taken::Idle,
        }
    }
}

/// Receives a job to hold if none is held, and tells whether the queue is closed and empty.
fn look<T>(held: &mut Option<T>, jobs: &Receiver<T>) -> bool {
    if held.is_none() {
        match jobs.try_recv() {
            Ok(job) => *held = Some(job),
            Err(error) => return error == TryRecvError::Disconnected,
        }
    }
    false
}
