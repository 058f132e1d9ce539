//! Requests that may be repeated, in memory, behind the lock of the tasks that they have made.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::domain::{Draft, TaskId, Timestamp, UserId};

/// How many of those that are too old one request forgets. Each request brings one, so two is enough for there to be an end
/// of them; and the first of the morning does not pay for the whole night.
const FORGOTTEN_AT_ONCE: usize = 2;

type Key = (UserId, Arc<str>);

/// Drafts that were stored under a key.
#[derive(Debug, Default)]
pub(super) struct Keys {
    earlier: HashMap<Key, Earlier>,
    /// The same, oldest first: to find those that are too old, nobody else is looked at.
    by_age: BTreeSet<(Timestamp, Key)>,
}

/// A draft that was stored under a key.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) draft: Draft,
    pub(super) id: TaskId,
}

impl Keys {
    /// What is kept under the key, if it was stored at `forget_before` or later.
    pub(super) fn find(
        &mut self,
        owner: UserId,
        key: &str,
        forget_before: Timestamp,
    ) -> Option<&Earlier> {
        for _ in 0..FORGOTTEN_AT_ONCE {
            if self
                .by_age
                .first()
                .is_none_or(|(stored, _)| *stored >= forget_before)
            {
                break;
            }
            if let Some((_, key)) = self.by_age.pop_first() {
                self.earlier.remove(&key);
            }
        }
        let earlier = self.earlier.get(&(owner, Arc::from(key)))?;
        // Others of its age may still wait for their turn to be forgotten.
        (earlier.draft.created >= forget_before).then_some(earlier)
    }

    pub(super) fn keep(&mut self, owner: UserId, key: &str, draft: Draft, id: TaskId) {
        let key = (owner, Arc::from(key));
        let stored = draft.created;
        let replaced = self.earlier.insert(key.clone(), Earlier { draft, id });
        if let Some(replaced) = replaced {
            self.by_age.remove(&(replaced.draft.created, key.clone()));
        }
        self.by_age.insert((stored, key));
    }
}
