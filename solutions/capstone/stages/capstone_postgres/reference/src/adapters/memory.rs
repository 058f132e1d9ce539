//! Tasks and their jobs in memory, for tests and for a service that forgets.

mod jobs;

use std::collections::{BTreeMap, HashMap};
use std::future;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use self::jobs::Jobs;
use crate::domain::{Draft, Notice, Task, TaskId, Timestamp, UserId, What};
use crate::ports::{
    Arrival, DeadJob, Held, Inserted, JobQueue, Leased, Once, Pending, Receipt, TaskRepository,
    Written,
};

/// Tasks and their jobs in memory. One lock around all of it: nothing is done under it that takes time.
#[derive(Debug, Default)]
pub struct MemoryTasks {
    store: Mutex<Store>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct Store {
    /// By owner first, so that one owner's page reads nothing of another's.
    tasks: BTreeMap<(UserId, TaskId), Task>,
    last_id: u64,
    once: HashMap<(UserId, String), Earlier>,
    jobs: Jobs,
}

/// A draft that was stored under a key.
#[derive(Debug, Clone)]
struct Earlier {
    stored: Timestamp,
    draft: Draft,
    id: TaskId,
}

impl MemoryTasks {
    fn store(&self) -> MutexGuard<'_, Store> {
        // Each method changes the store in steps that can't panic, so it is whole even if a panic
        // somewhere has poisoned the lock.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TaskRepository for MemoryTasks {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        let inserted = self.store().insert(draft, once);
        self.bell.notify_one();
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
        let written = self.store().update(task, expected);
        self.bell.notify_one();
        at_once(written)
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        let written = self.store().delete(owner, id, expected);
        self.bell.notify_one();
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

    fn arrived(&self) -> Arrival<'_> {
        Box::pin(self.bell.notified())
    }
}

impl Store {
    fn insert(&mut self, draft: Draft, once: Option<Once>) -> Inserted {
        let owner = draft.owner;
        if let Some(once) = &once {
            self.once
                .retain(|_, earlier| earlier.stored >= once.forget_before);
            if let Some(earlier) = self.once.get(&(owner, once.key.clone())) {
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
            let earlier = Earlier {
                stored: draft.created,
                draft: draft.clone(),
                id,
            };
            self.once.insert((owner, once.key), earlier);
        }
        let task = draft.numbered(id);
        self.tasks.insert((owner, id), task.clone());
        self.jobs.push(Notice::about(What::Created, &task));
        Inserted::New(task)
    }

    fn update(&mut self, task: Task, expected: u64) -> Written {
        let key = (task.facts().owner, task.facts().id);
        match self.tasks.get_mut(&key) {
            None => Written::Missing,
            Some(stored) if stored.facts().version != expected => Written::Stale,
            Some(stored) => {
                self.jobs.push(Notice::about(What::Changed, &task));
                *stored = task;
                Written::Done
            }
        }
    }

    fn delete(&mut self, owner: UserId, id: TaskId, expected: u64) -> Written {
        match self.tasks.get(&(owner, id)) {
            None => Written::Missing,
            Some(stored) if stored.facts().version != expected => Written::Stale,
            Some(stored) => {
                self.jobs.push(Notice {
                    version: expected + 1,
                    ..Notice::about(What::Deleted, stored)
                });
                self.tasks.remove(&(owner, id));
                Written::Done
            }
        }
    }
}

pub(super) fn at_once<'a, T: Send + 'a>(answer: T) -> Pending<'a, T> {
    Box::pin(future::ready(Ok(answer)))
}
