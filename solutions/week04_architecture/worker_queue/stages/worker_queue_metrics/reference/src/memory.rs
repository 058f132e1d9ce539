//! Jobs in memory: for tests, and for work that a restart may forget.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::figures::Figures;
use crate::job::{Change, Job, JobId, Refused, State, Work};
use crate::store::{Census, Enqueued, Full, Intake, Metered, Store, StoreError};
use crate::tally::{Tally, steps};
use crate::time::Timestamp;

/// Jobs in memory. Looks at each of them in order to find the next: what it is good for is small.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    jobs: BTreeMap<JobId, Job>,
    /// Which job a key has made, and of which work: the job's own may change some day, this does not.
    keys: HashMap<String, (JobId, Work)>,
    tally: Tally,
}

impl MemoryStore {
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Nothing here panics between two writes.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    /// What the key was used for, if it was.
    fn before(&self, work: &Work, key: Option<&str>) -> Option<Enqueued> {
        let (id, before) = self.keys.get(key?)?;
        Some(if before == work {
            Enqueued::Again(*id)
        } else {
            Enqueued::KeyReused
        })
    }

    fn accept(&mut self, work: Work, key: Option<&str>, now: Timestamp) -> Enqueued {
        let last = self.jobs.last_key_value().map_or(0, |(id, _)| id.get());
        let id = JobId::new(last + 1);
        if let Some(key) = key {
            self.keys.insert(key.to_owned(), (id, work.clone()));
        }
        self.jobs.insert(id, Job::new(id, work, now));
        Enqueued::New(id)
    }

    fn open(&self, now: Timestamp) -> u64 {
        let census = self.census(now);
        census.ready + census.waiting + census.leased
    }

    /// Adds up what has come of a change to a job.
    fn count(&mut self, before: &Job, after: &Job, now: Timestamp) {
        for (count, more) in steps(before, after, now) {
            *self.tally.entry(count).or_default() += more;
        }
    }

    fn census(&self, now: Timestamp) -> Census {
        let mut census = Census::default();
        for job in self.jobs.values() {
            match job.state(now) {
                State::Ready { at } if at <= now => {
                    census.ready += 1;
                    census.oldest = Some(census.oldest.map_or(at, |oldest| oldest.min(at)));
                }
                State::Ready { .. } => census.waiting += 1,
                State::Leased { .. } => census.leased += 1,
                State::Done { .. } => census.done += 1,
                State::Dead { .. } => census.dead += 1,
                State::Cancelled { .. } => census.cancelled += 1,
            }
        }
        census
    }
}

impl Metered for MemoryStore {
    fn figures(&self, now: Timestamp) -> Result<Figures, StoreError> {
        let tables = self.tables();
        let stored = tables.jobs.values().map(Job::stored);
        let lapsed =
            stored.filter(|state| matches!(state, State::Leased { until } if *until <= now));
        let lapsed = lapsed.count() as u64;
        let (census, tally) = (tables.census(now), tables.tally.clone());
        Ok(Figures::new(census, tally, lapsed, now))
    }
}

impl Intake for MemoryStore {
    fn admit(
        &self,
        work: Work,
        key: Option<&str>,
        room: u64,
        now: Timestamp,
    ) -> Result<Result<Enqueued, Full>, StoreError> {
        let mut tables = self.tables();
        if let Some(before) = tables.before(&work, key) {
            return Ok(Ok(before));
        }
        if tables.open(now) >= room {
            return Ok(Err(Full));
        }
        Ok(Ok(tables.accept(work, key, now)))
    }
}

impl Store for MemoryStore {
    fn enqueue(
        &self,
        work: Work,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        let mut tables = self.tables();
        let before = tables.before(&work, key);
        Ok(before.unwrap_or_else(|| tables.accept(work, key, now)))
    }

    fn claim(&self, now: Timestamp, length: Duration) -> Result<Option<Job>, StoreError> {
        let mut tables = self.tables();
        let next = tables
            .jobs
            .values_mut()
            .filter_map(|job| match job.state(now) {
                State::Ready { at } if at <= now => Some((at, job)),
                _ => None,
            })
            .min_by_key(|(at, job)| (*at, job.id()));
        let Some((_, job)) = next else {
            return Ok(None);
        };
        let before = job.clone();
        if job.lease(now, length).is_err() {
            return Ok(None);
        }
        let leased = job.clone();
        tables.count(&before, &leased, now);
        Ok(Some(leased))
    }

    fn change(
        &self,
        id: JobId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError> {
        let mut tables = self.tables();
        let Some(job) = tables.jobs.get_mut(&id) else {
            return Ok(Err(Refused::Missing));
        };
        let before = job.clone();
        if let Err(refused) = job.apply(change, now) {
            return Ok(Err(refused));
        }
        let changed = job.clone();
        tables.count(&before, &changed, now);
        Ok(Ok(changed))
    }

    fn find(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        Ok(self.tables().jobs.get(&id).cloned())
    }

    fn dead(
        &self,
        now: Timestamp,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        let tables = self.tables();
        let dead = tables
            .jobs
            .values()
            .filter(|job| after.is_none_or(|after| job.id() > after))
            .filter(|job| matches!(job.state(now), State::Dead { .. }));
        Ok(dead.take(limit).cloned().collect())
    }

    fn census(&self, now: Timestamp) -> Result<Census, StoreError> {
        Ok(self.tables().census(now))
    }
}
