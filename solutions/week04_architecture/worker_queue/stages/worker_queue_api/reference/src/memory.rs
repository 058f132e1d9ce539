//! Jobs in memory: for tests, and for work that a restart may forget.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::job::{Change, Job, JobId, Refused, State, Work};
use crate::store::{Census, Enqueued, Full, Intake, Store, StoreError};
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
        let states = self.jobs.values().map(|job| job.state(now));
        let open =
            states.filter(|state| matches!(state, State::Ready { .. } | State::Leased { .. }));
        open.count() as u64
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
        Ok(next.and_then(|(_, job)| {
            job.lease(now, length).ok()?;
            Some(job.clone())
        }))
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
        Ok(job.apply(change, now).map(|()| job.clone()))
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
        let mut census = Census::default();
        for job in self.tables().jobs.values() {
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
        Ok(census)
    }
}
