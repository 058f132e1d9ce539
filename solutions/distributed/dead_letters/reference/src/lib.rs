//! A queue of jobs for workers that may fail, be slow, or die.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
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
pub struct Receipt {
    id: Id,
    delivery: u64,
}

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
///
/// A leased job and one that pauses differ from a ready one in a single thing: they are due later. So all
/// jobs are in one order, by when they are due, and nothing has to be moved when a lease ends.
#[derive(Debug)]
pub struct Queue<J> {
    config: Config,
    pushed: u64,
    deliveries: u64,
    entries: BTreeMap<Id, Entry<J>>,
    /// Every entry, by when it is due.
    due: BTreeSet<(Duration, Id)>,
    dead: BTreeMap<Id, Dead<J>>,
}

#[derive(Debug)]
struct Entry<J> {
    job: J,
    due: Duration,
    attempts: u32,
    /// The delivery that is under way, until the job is due again.
    delivery: Option<u64>,
}

impl<J: Clone> Queue<J> {
    /// No job yet.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            pushed: 0,
            deliveries: 0,
            entries: BTreeMap::new(),
            due: BTreeSet::new(),
            dead: BTreeMap::new(),
        }
    }

    /// A new job.
    pub fn push(&mut self, job: J, now: Duration) -> Id {
        self.pushed += 1;
        let id = Id(self.pushed);
        self.enqueue(id, job, now);
        id
    }

    /// Hands out the job that has been ready for longest, if one is ready.
    pub fn receive(&mut self, now: Duration) -> Option<Delivery<J>> {
        let id = loop {
            let (_, id) = *self.due.first().filter(|(due, _)| *due <= now)?;
            if self.entries[&id].attempts < self.config.attempts {
                break id;
            }
            self.set_aside(id, Reason::Silent);
        };
        self.deliveries += 1;
        let delivery = self.deliveries;
        let until = now + self.config.lease;
        let entry = self.postpone(id, until)?;
        // Counted when it is handed out: a worker that this job kills reports nothing.
        entry.attempts += 1;
        entry.delivery = Some(delivery);
        Some(Delivery {
            id,
            job: entry.job.clone(),
            attempt: entry.attempts,
            receipt: Receipt { id, delivery },
        })
    }

    /// The job is done.
    ///
    /// # Errors
    ///
    /// `Gone`, if that delivery is over.
    pub fn ack(&mut self, receipt: Receipt, now: Duration) -> Result<(), Gone> {
        self.held(receipt, now)?;
        self.remove(receipt.id);
        Ok(())
    }

    /// The worker needs longer: its lease begins anew.
    ///
    /// # Errors
    ///
    /// `Gone`, if that delivery is over.
    pub fn extend(&mut self, receipt: Receipt, now: Duration) -> Result<(), Gone> {
        self.held(receipt, now)?;
        self.postpone(receipt.id, now + self.config.lease);
        Ok(())
    }

    /// The worker could not do it.
    ///
    /// # Errors
    ///
    /// `Gone`, if that delivery is over.
    pub fn fail(&mut self, receipt: Receipt, why: &str, now: Duration) -> Result<(), Gone> {
        let attempts = self.held(receipt, now)?.attempts;
        if attempts >= self.config.attempts {
            self.set_aside(receipt.id, Reason::Failed(why.to_owned()));
        } else if let Some(entry) = self.postpone(receipt.id, now + self.config.pause) {
            entry.delivery = None;
        }
        Ok(())
    }

    /// The jobs that were set aside, by id.
    pub fn dead(&mut self, now: Duration) -> Vec<Dead<J>> {
        self.bury(now);
        self.dead.values().cloned().collect()
    }

    /// Gives a job that was set aside another chance, as if it were new. `false` if there is none.
    pub fn redrive(&mut self, id: Id, now: Duration) -> bool {
        self.bury(now);
        match self.dead.remove(&id) {
            Some(dead) => {
                self.enqueue(id, dead.job, now);
                true
            }
            None => false,
        }
    }

    /// Sets aside what has had its last delivery and was not heard of until the end of the lease.
    fn bury(&mut self, now: Duration) {
        let overdue: Vec<Id> = self
            .due
            .range(..=(now, Id(u64::MAX)))
            .map(|(_, id)| *id)
            .filter(|id| self.entries[id].attempts >= self.config.attempts)
            .collect();
        for id in overdue {
            self.set_aside(id, Reason::Silent);
        }
    }

    /// The entry that this delivery is of, as long as it is under way.
    fn held(&self, receipt: Receipt, now: Duration) -> Result<&Entry<J>, Gone> {
        self.entries
            .get(&receipt.id)
            .filter(|entry| entry.delivery == Some(receipt.delivery) && now < entry.due)
            .ok_or(Gone)
    }

    fn enqueue(&mut self, id: Id, job: J, now: Duration) {
        let entry = Entry {
            job,
            due: now,
            attempts: 0,
            delivery: None,
        };
        self.entries.insert(id, entry);
        self.due.insert((now, id));
    }

    fn postpone(&mut self, id: Id, due: Duration) -> Option<&mut Entry<J>> {
        let entry = self.entries.get_mut(&id)?;
        self.due.remove(&(entry.due, id));
        self.due.insert((due, id));
        entry.due = due;
        Some(entry)
    }

    fn remove(&mut self, id: Id) -> Option<Entry<J>> {
        let entry = self.entries.remove(&id)?;
        self.due.remove(&(entry.due, id));
        Some(entry)
    }

    fn set_aside(&mut self, id: Id, reason: Reason) {
        if let Some(Entry { job, .. }) = self.remove(id) {
            self.dead.insert(id, Dead { id, job, reason });
        }
    }
}
