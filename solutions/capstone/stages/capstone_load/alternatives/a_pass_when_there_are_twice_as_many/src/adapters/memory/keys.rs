//! Requests that may be repeated, in memory, behind the lock of the tasks that they have made.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::{Draft, TaskId, Timestamp, UserId};

/// Fewer than that are not worth a look.
const FEW: usize = 64;

type Key = (UserId, Arc<str>);

/// Drafts that were stored under a key.
#[derive(Debug, Default)]
pub(super) struct Keys {
    earlier: HashMap<Key, Earlier>,
    /// How many there were after the last time that the old ones were thrown away.
    after_last: usize,
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
        // Only when there are twice as many as the last time: then each request has paid for one that is looked at.
        if self.earlier.len() >= 2 * self.after_last.max(FEW) {
            self.earlier
                .retain(|_, earlier| earlier.draft.created >= forget_before);
            self.after_last = self.earlier.len();
        }
        let earlier = self.earlier.get(&(owner, Arc::from(key)))?;
        // It may be too old, and still be there.
        (earlier.draft.created >= forget_before).then_some(earlier)
    }

    pub(super) fn keep(&mut self, owner: UserId, key: &str, draft: Draft, id: TaskId) {
        let key = (owner, Arc::from(key));
        self.earlier.insert(key, Earlier { draft, id });
    }
}
