//! Tasks in memory, for tests and for a service that forgets.

use std::collections::{BTreeMap, HashMap};
use std::future;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Draft, Task, TaskId, Timestamp, UserId};
use crate::ports::{Inserted, Once, Pending, TaskRepository, Written};

/// Tasks in memory. One lock around all of it: nothing is done under it that takes time.
#[derive(Debug, Default)]
pub struct MemoryTasks(Mutex<Store>);

#[derive(Debug, Default)]
struct Store {
    /// By owner first, so that one owner's page reads nothing of another's.
    tasks: BTreeMap<(UserId, TaskId), Task>,
    last_id: u64,
    once: HashMap<(UserId, String), Earlier>,
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TaskRepository for MemoryTasks {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        at_once(self.store().insert(draft, once))
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
        let mut store = self.store();
        let key = (task.facts().owner, task.facts().id);
        at_once(match store.tasks.get_mut(&key) {
            None => Written::Missing,
            Some(stored) if stored.facts().version != expected => Written::Stale,
            Some(stored) => {
                *stored = task;
                Written::Done
            }
        })
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        let mut store = self.store();
        at_once(match store.tasks.get(&(owner, id)) {
            None => Written::Missing,
            Some(stored) if stored.facts().version != expected => Written::Stale,
            Some(_) => {
                store.tasks.remove(&(owner, id));
                Written::Done
            }
        })
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
        Inserted::New(task)
    }
}

pub(super) fn at_once<'a, T: Send + 'a>(answer: T) -> Pending<'a, T> {
    Box::pin(future::ready(Ok(answer)))
}
