//! What a game server does between two frames: it takes jobs from two queues, and never waits for one.

use std::num::NonZeroU32;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

/// Two queues of jobs, of which one goes first.
#[derive(Debug)]
pub struct Intake<T> {
    urgent: Receiver<T>,
    bulk: Receiver<T>,
    share: NonZeroU32,
    /// How many urgent jobs were taken since the last bulk one; `share` at the most.
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
            share,
            in_a_row: 0,
        }
    }

    /// Takes a job if there is one. Never waits.
    ///
    /// A turn decides which queue is asked *first*. If it has no job the other one is asked, so a turn
    /// never keeps a job waiting for nothing; and a missed turn is not made up for later.
    pub fn take(&mut self) -> Taken<T> {
        let urgent_first = self.in_a_row < self.share.get();
        let first = if urgent_first {
            self.urgent()
        } else {
            self.bulk()
        };
        let first_missed = match first {
            Ok(taken) => return taken,
            Err(missed) => missed,
        };
        let second = if urgent_first {
            self.bulk()
        } else {
            self.urgent()
        };
        match second {
            Ok(taken) => taken,
            // One queue that is closed says nothing about the other one.
            Err(TryRecvError::Disconnected) if first_missed == TryRecvError::Disconnected => {
                Taken::Closed
            }
            Err(_) => Taken::Idle,
        }
    }

    fn urgent(&mut self) -> Result<Taken<T>, TryRecvError> {
        let job =
            self.urgent
                .recv_timeout(Duration::from_millis(1))
                .map_err(|error| match error {
                    RecvTimeoutError::Timeout => TryRecvError::Empty,
                    RecvTimeoutError::Disconnected => TryRecvError::Disconnected,
                })?;
        // Not beyond `share`: a bulk job that comes after a thousand urgent ones has its turn at once, and
        // is owed one turn and not a thousand.
        self.in_a_row = self.share.get().min(self.in_a_row + 1);
        Ok(Taken::Urgent(job))
    }

    fn bulk(&mut self) -> Result<Taken<T>, TryRecvError> {
        let job = self.bulk.try_recv()?;
        self.in_a_row = 0;
        Ok(Taken::Bulk(job))
    }
}
