//! The jobs of a dispatcher, by number and by owner.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Who has it in hand.
    pub owner: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What happened last.
    pub note: String,
}

/// All jobs, shared by the threads of a service.
///
/// A job is listed under its owner and under nobody else.
#[derive(Debug, Default)]
pub struct Jobs {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    by_id: BTreeMap<u64, Job>,
    by_owner: BTreeMap<String, BTreeSet<u64>>,
}

impl Jobs {
    /// No jobs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a job, in place of the one with this number if there is one.
    pub fn insert(&self, id: u64, job: Job) {
        self.inner().put(id, job);
    }

    /// The job of this number.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<Job> {
        self.inner().by_id.get(&id).cloned()
    }

    /// The numbers of an owner's jobs, in order.
    #[must_use]
    pub fn owned_by(&self, owner: &str) -> Vec<u64> {
        let inner = self.inner();
        let ids = inner.by_owner.get(owner);
        ids.map_or_else(Vec::new, |ids| ids.iter().copied().collect())
    }

    /// Shows an owner's jobs, in the order of their numbers. Nobody changes them meanwhile.
    pub fn for_each(&self, owner: &str, mut show: impl FnMut(u64, &Job)) {
        let inner = self.inner();
        let ids = inner.by_owner.get(owner);
        for id in ids.into_iter().flatten() {
            show(*id, &inner.by_id[id]);
        }
    }

    /// Changes a job. Nobody sees it or changes it meanwhile. Tells whether there is a job of this number.
    pub fn modify(&self, id: u64, change: impl FnOnce(&mut Job)) -> bool {
        let mut inner = self.inner();
        let Inner { by_id, by_owner } = &mut *inner;
        let Some(job) = by_id.get_mut(&id) else {
            return false;
        };
        unlist(by_owner, &job.owner, id);
        change(job);
        list(by_owner, &job.owner, id);
        true
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics under this lock")
    }
}

impl Inner {
    fn put(&mut self, id: u64, job: Job) {
        list(&mut self.by_owner, &job.owner, id);
        let owner = job.owner.clone();
        if let Some(before) = self.by_id.insert(id, job)
            && before.owner != owner
        {
            unlist(&mut self.by_owner, &before.owner, id);
        }
    }
}

fn list(by_owner: &mut BTreeMap<String, BTreeSet<u64>>, owner: &str, id: u64) {
    by_owner.entry(owner.to_owned()).or_default().insert(id);
}

fn unlist(by_owner: &mut BTreeMap<String, BTreeSet<u64>>, owner: &str, id: u64) {
    if let Some(ids) = by_owner.get_mut(owner) {
        ids.remove(&id);
        if ids.is_empty() {
            by_owner.remove(owner);
        }
    }
}
