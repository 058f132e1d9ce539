//! A queue of jobs for workers that may fail, be slow, or die.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::time::Duration;

/// How jobs are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// For so long a worker has a job to itself.
    pub lease: Duration,
    /// A job that has failed is not handed out again before this has passed.
    pub pause: Duration,
    /// A job is handed out so often at most. Not zero.
    pub attempts: u32,
}

/// Names a job for as long as it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

/// Names one delivery of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt(Id);

/// A job in the hands of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery<J> {
    /// Which job it is.
    pub id: Id,
    /// What to do.
    pub job: J,
    /// How often it was handed out, this time included.
    pub attempt: u32,
    /// Shows that the worker has this delivery.
    pub receipt: Receipt,
}

/// The delivery is over: its lease has ended, or the worker has answered before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

/// A job that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead<J> {
    /// Which job it is.
    pub id: Id,
    /// What was to be done.
    pub job: J,
    /// How its last delivery ended.
    pub reason: Reason,
}

/// How a delivery ended without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The worker said so, and why.
    Failed(String),
    /// The worker said nothing until its lease had ended.
    Silent,
}

/// Jobs, from `push` to `ack`.
#[derive(Debug)]
pub struct Queue<J> {
    config: Config,
    pushed: u64,
    ready: VecDeque<Entry<J>>,
    leased: BTreeMap<Id, (Entry<J>, Duration)>,
    dead: Vec<Dead<J>>,
}

#[derive(Debug)]
struct Entry<J> {
    id: Id,
    job: J,
    failures: u32,
}

impl<J: Clone> Queue<J> {
    /// No job yet.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            pushed: 0,
            ready: VecDeque::new(),
            leased: BTreeMap::new(),
            dead: Vec::new(),
        }
    }

    /// A new job.
    pub fn push(&mut self, job: J, _now: Duration) -> Id {
        self.pushed += 1;
        let id = Id(self.pushed);
        self.ready.push_back(Entry {
            id,
            job,
            failures: 0,
        });
        id
    }

    /// Hands out a job, if one is ready.
    pub fn receive(&mut self, now: Duration) -> Option<Delivery<J>> {
        while let Some((&id, _)) = self.leased.iter().find(|(_, (_, until))| *until <= now) {
            let (entry, _) = self.leased.remove(&id)?;
            self.ready.push_front(entry);
        }
        let entry = self.ready.pop_front()?;
        let delivery = Delivery {
            id: entry.id,
            job: entry.job.clone(),
            attempt: entry.failures + 1,
            receipt: Receipt(entry.id),
        };
        let until = now + self.config.lease;
        self.leased.insert(entry.id, (entry, until));
        Some(delivery)
    }

    /// The job is done.
    ///
    /// # Errors
    ///
    /// `Gone`, if it is not leased.
    pub fn ack(&mut self, receipt: Receipt, _now: Duration) -> Result<(), Gone> {
        self.leased.remove(&receipt.0).map(|_| ()).ok_or(Gone)
    }

    /// The worker needs longer: its lease begins anew.
    ///
    /// # Errors
    ///
    /// `Gone`, if it is not leased.
    pub fn extend(&mut self, receipt: Receipt, now: Duration) -> Result<(), Gone> {
        let (_, until) = self.leased.get_mut(&receipt.0).ok_or(Gone)?;
        *until = now + self.config.lease;
        Ok(())
    }

    /// The worker could not do it.
    ///
    /// # Errors
    ///
    /// `Gone`, if it is not leased.
    pub fn fail(&mut self, receipt: Receipt, why: &str, _now: Duration) -> Result<(), Gone> {
        let (mut entry, _) = self.leased.remove(&receipt.0).ok_or(Gone)?;
        entry.failures += 1;
        if entry.failures < self.config.attempts {
            self.ready.push_front(entry);
        } else {
            self.dead.push(Dead {
                id: entry.id,
                job: entry.job,
                reason: Reason::Failed(why.to_owned()),
            });
        }
        Ok(())
    }

    /// The jobs that were set aside, by id.
    pub fn dead(&mut self, _now: Duration) -> Vec<Dead<J>> {
        let mut dead = self.dead.clone();
        dead.sort_by_key(|dead| dead.id);
        dead
    }

    /// Gives a job that was set aside another chance, as if it were new. `false` if there is none.
    pub fn redrive(&mut self, id: Id, _now: Duration) -> bool {
        let Some(at) = self.dead.iter().position(|dead| dead.id == id) else {
            return false;
        };
        let dead = self.dead.remove(at);
        self.ready.push_back(Entry {
            id,
            job: dead.job,
            failures: 0,
        });
        true
    }
}
