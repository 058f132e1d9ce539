//! Tasks, their jobs and their updates in memory, for tests and for a service that forgets.

mod jobs;
mod keys;
mod updates;

use std::collections::BTreeMap;
use std::future;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use self::jobs::Jobs;
use self::keys::Keys;
use self::updates::Updates;
use super::origin::{Origin, Origins};
use crate::domain::{Draft, Notice, Task, TaskId, Timestamp, UserId, What};
use crate::ports::{
    Arrival, Backlog, Clock, DeadJob, Held, Inserted, JobQueue, Leased, Once, Pending, Receipt,
    Since, TaskRepository, UpdateLog, Written,
};

/// Tasks, their jobs and their updates in memory. One lock around all of it: nothing is done under it that takes time.
#[derive(Debug, Default)]
pub struct MemoryTasks {
    store: Mutex<Store>,
    bell: Notify,
    /// Rung with it, for those who wait for updates. Each bell has one who listens.
    grown: Notify,
    origins: Origins,
}

#[derive(Debug, Default)]
struct Store {
    /// By owner first, so that one owner's page reads nothing of another's.
    tasks: BTreeMap<(UserId, TaskId), Task>,
    last_id: u64,
    once: Keys,
    jobs: Jobs,
    updates: Updates,
}

impl MemoryTasks {
    /// The same, with another clock than the machine's: it says how long jobs have been there.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.origins = Origins::by(clock);
        self
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        // Each method changes the store in steps that can't panic, so it is whole even if a panic
        // somewhere has poisoned the lock.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        self.bell.notify_one();
        self.grown.notify_one();
    }
}

impl TaskRepository for MemoryTasks {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        let inserted = self.store().insert(draft, once, self.origins.here());
        self.ring();
        at_once(inserted)
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        at_once(self.store().tasks.get(&(owner, id)).cloned())
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        let after = after.unwrap_or(TaskId::new(0));
        let store = self.store();
        let from = Bound::Excluded((owner, after));
        let to = Bound::Included((owner, TaskId::new(u64::MAX)));
        // An excluded bound above an included one of the same owner can't be: `range` would panic.
        if after == TaskId::new(u64::MAX) {
            return at_once(Vec::new());
        }
        let page = store.tasks.range((from, to)).take(limit);
        at_once(page.map(|(_, task)| task.clone()).collect())
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        let written = self.store().update(task, expected, self.origins.here());
        self.ring();
        at_once(written)
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        let origin = self.origins.here();
        let written = self.store().delete(owner, id, expected, origin);
        self.ring();
        at_once(written)
    }
}

impl JobQueue for MemoryTasks {
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>> {
        at_once(self.store().jobs.claim(now, until))
    }

    fn extend(&self, receipt: Receipt, until: Timestamp) -> Pending<'_, Held> {
        at_once(self.store().jobs.extend(receipt, until))
    }

    fn complete(&self, receipt: Receipt) -> Pending<'_, Held> {
        at_once(self.store().jobs.complete(receipt))
    }

    fn retry(&self, receipt: Receipt, due: Timestamp, _reason: String) -> Pending<'_, Held> {
        at_once(self.store().jobs.retry(receipt, due))
    }

    fn bury(&self, receipt: Receipt, reason: String) -> Pending<'_, Held> {
        at_once(self.store().jobs.bury(receipt, reason))
    }

    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>> {
        at_once(self.store().jobs.dead(limit))
    }

    fn backlog(&self) -> Pending<'_, Option<Backlog>> {
        at_once(Some(self.store().jobs.backlog()))
    }

    fn arrived(&self) -> Arrival<'_> {
        Box::pin(self.bell.notified())
    }
}

impl UpdateLog for MemoryTasks {
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>> {
        let store = self.store();
        at_once(owners.iter().map(|it| store.updates.last(*it)).collect())
    }

    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since> {
        at_once(self.store().updates.since(owner, after, limit))
    }

    fn grown(&self) -> Arrival<'_> {
        Box::pin(self.grown.notified())
    }
}

impl Store {
    fn insert(&mut self, draft: Draft, once: Option<Once>, origin: Origin) -> Inserted {
        let owner = draft.owner;
        if let Some(once) = &once {
            let earlier = self.once.find(owner, &once.key, once.forget_before);
            if let Some(earlier) = earlier {
                return if earlier.draft.title == draft.title {
                    Inserted::Again(earlier.draft.clone().numbered(earlier.id))
                } else {
                    Inserted::KeyReused
                };
            }
        }
        self.last_id += 1;
        let id = TaskId::new(self.last_id);
        if let Some(once) = once {
            self.once.keep(owner, &once.key, draft.clone(), id);
        }
        let task = draft.numbered(id);
        self.tasks.insert((owner, id), task.clone());
        self.leave(Notice::about(What::Created, &task), origin);
        Inserted::New(task)
    }

    fn update(&mut self, task: Task, expected: u64, origin: Origin) -> Written {
        let key = (task.facts().owner, task.facts().id);
        match self.tasks.get_mut(&key) {
            None => Written::Missing,
            Some(stored) if stored.facts().version != expected => Written::Stale,
            Some(stored) => {
                let notice = Notice::about(What::Changed, &task);
                *stored = task;
                self.leave(notice, origin);
                Written::Done
            }
        }
    }

    fn delete(&mut self, owner: UserId, id: TaskId, expected: u64, origin: Origin) -> Written {
        match self.tasks.get(&(owner, id)) {
            None => Written::Missing,
            Some(stored) if stored.facts().version != expected => Written::Stale,
            Some(stored) => {
                let notice = Notice {
                    version: expected + 1,
                    ..Notice::about(What::Deleted, stored)
                };
                self.tasks.remove(&(owner, id));
                self.leave(notice, origin);
                Written::Done
            }
        }
    }

    /// What each change leaves: the job that tells of it, and what its owner sees of it.
    fn leave(&mut self, notice: Notice, origin: Origin) {
        self.updates.push(notice.clone());
        self.jobs.push(notice, origin);
    }
}

pub(super) fn at_once<'a, T: Send + 'a>(answer: T) -> Pending<'a, T> {
    Box::pin(future::ready(Ok(answer)))
}
