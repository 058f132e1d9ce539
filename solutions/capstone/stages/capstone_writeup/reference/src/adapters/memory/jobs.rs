//! Jobs in memory, behind the lock of the tasks that they are about.

use std::collections::BTreeMap;

use super::Origin;
use crate::domain::{Notice, Timestamp};
use crate::ports::{Backlog, DeadJob, Held, JobId, Leased, Receipt};

#[derive(Debug, Default)]
pub(super) struct Jobs {
    waiting: BTreeMap<JobId, Job>,
    dead: Vec<DeadJob>,
    last_id: u64,
}

#[derive(Debug)]
struct Job {
    notice: Notice,
    origin: Origin,
    /// When it may be handed out. A job that is leased is a job that is due later.
    due: Timestamp,
    attempts: u32,
    /// Whether somebody has it, or had it last, who has not answered.
    leased: bool,
}

impl Jobs {
    pub(super) fn push(&mut self, notice: Notice, origin: Origin) {
        self.last_id += 1;
        let job = Job {
            notice,
            origin,
            due: Timestamp::from_millis(0),
            attempts: 0,
            leased: false,
        };
        self.waiting.insert(JobId::new(self.last_id), job);
    }

    pub(super) fn claim(&mut self, now: Timestamp, until: Timestamp) -> Option<Leased> {
        let mut oldest_first = self.waiting.iter_mut();
        let (id, job) = oldest_first.find(|(_, job)| job.due <= now)?;
        job.attempts += 1;
        job.due = until;
        job.leased = true;
        Some(Leased {
            receipt: Receipt {
                job: *id,
                attempt: job.attempts,
            },
            notice: job.notice.clone(),
            trace: job.origin.trace,
        })
    }

    pub(super) fn extend(&mut self, receipt: Receipt, until: Timestamp) -> Held {
        self.held(receipt, |job| job.due = until)
    }

    pub(super) fn retry(&mut self, receipt: Receipt, due: Timestamp) -> Held {
        self.held(receipt, |job| {
            job.due = due;
            job.leased = false;
        })
    }

    pub(super) fn complete(&mut self, receipt: Receipt) -> Held {
        match self.taken_out(receipt) {
            Some(_) => Held::Kept,
            None => Held::Lost,
        }
    }

    pub(super) fn bury(&mut self, receipt: Receipt, reason: String) -> Held {
        let Some(job) = self.taken_out(receipt) else {
            return Held::Lost;
        };
        self.dead.push(DeadJob {
            job: receipt.job,
            notice: job.notice,
            attempts: job.attempts,
            reason,
        });
        Held::Kept
    }

    pub(super) fn dead(&self, limit: usize) -> Vec<DeadJob> {
        let mut dead = self.dead.clone();
        dead.sort_by_key(|dead| dead.job);
        dead.truncate(limit);
        dead
    }

    pub(super) fn backlog(&self) -> Backlog {
        let left = self.waiting.values().map(|job| job.origin.at);
        Backlog {
            waiting: self.waiting.len() as u64,
            oldest: left.min(),
            dead: self.dead.len() as u64,
        }
    }

    fn held(&mut self, receipt: Receipt, then: impl FnOnce(&mut Job)) -> Held {
        match self.waiting.get_mut(&receipt.job) {
            Some(job) if job.is_held_by(receipt) => {
                then(job);
                Held::Kept
            }
            _ => Held::Lost,
        }
    }

    fn taken_out(&mut self, receipt: Receipt) -> Option<Job> {
        let job = self.waiting.get(&receipt.job)?;
        if job.is_held_by(receipt) {
            self.waiting.remove(&receipt.job)
        } else {
            None
        }
    }
}

impl Job {
    fn is_held_by(&self, receipt: Receipt) -> bool {
        self.leased && self.attempts == receipt.attempt
    }
}
