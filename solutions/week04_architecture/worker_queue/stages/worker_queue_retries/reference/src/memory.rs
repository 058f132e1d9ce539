//! Jobs in memory: for tests, and for work that a restart may forget.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::job::{Change, Job, JobId, Refused, State, Work};
use crate::store::{Census, Enqueued, Store, StoreError};
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

impl Store for MemoryStore {
    fn enqueue(
        &self,
        work: Work,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        let mut tables = self.tables();
        if let Some((id, before)) = key.and_then(|key| tables.keys.get(key)) {
            return Ok(if *before == work {
                Enqueued::Again(*id)
            } else {
                Enqueued::KeyReused
            });
        }
        let last = tables.jobs.last_key_value().map_or(0, |(id, _)| id.get());
        let id = JobId::new(last + 1);
        if let Some(key) = key {
            tables.keys.insert(key.to_owned(), (id, work.clone()));
        }
        tables.jobs.insert(id, Job::new(id, work, now));
        Ok(Enqueued::New(id))
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
            }
        }
        Ok(census)
    }
}
