//! Requests that may be repeated, in memory, behind the lock of the tasks that they have made.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::{Draft, TaskId, Timestamp, UserId};

type Key = (UserId, Arc<str>);

/// Drafts that were stored under a key.
#[derive(Debug, Default)]
pub(super) struct Keys {
    earlier: HashMap<Key, Earlier>,
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
        &self,
        owner: UserId,
        key: &str,
        forget_before: Timestamp,
    ) -> Option<&Earlier> {
        let earlier = self.earlier.get(&(owner, Arc::from(key)))?;
        (earlier.draft.created >= forget_before).then_some(earlier)
    }

    pub(super) fn keep(&mut self, owner: UserId, key: &str, draft: Draft, id: TaskId) {
        let key = (owner, Arc::from(key));
        self.earlier.insert(key, Earlier { draft, id });
    }
}
