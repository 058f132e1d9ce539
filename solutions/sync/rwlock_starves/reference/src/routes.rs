//! The routes in force.

use std::mem;

use crate::sync::{Arc, PoisonError, RwLock};
use crate::table::Table;

/// The table in force, read by every request and replaced every few minutes.
#[derive(Debug)]
pub struct Routes {
    /// Held for as long as it takes to copy or replace a pointer. So nobody waits long, whomever the lock
    /// prefers.
    table: RwLock<Arc<Table>>,
}

impl Routes {
    /// Routes that start from this table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            table: RwLock::new(Arc::new(table)),
        }
    }

    /// The version in force.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.table().version
    }

    /// Where requests for this host go.
    #[must_use]
    pub fn backend(&self, host: &str) -> Option<String> {
        self.table().backends.get(host).cloned()
    }

    /// Looks at the table in force, as long as it takes.
    pub fn visit<R>(&self, look: impl FnOnce(&Table) -> R) -> R {
        // Without the lock: `look` is not ours. It may take a minute, and it may call us.
        look(&self.table())
    }

    /// Puts a table in force, if it is newer than the one that is. Tells whether it was.
    pub fn apply(&self, table: Table) -> bool {
        let fresh = Arc::new(table);
        let replaced = {
            let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
            // Asked under the lock that writes. A look with the read lock before would save nothing that
            // counts: this section is a comparison and a pointer long.
            if fresh.version <= table.version {
                return false;
            }
            mem::replace(&mut *table, fresh)
        };
        // Not under the lock: if nobody looks at the old table any more, this frees a million strings.
        drop(replaced);
        true
    }

    /// The table in force. Whoever has it keeps it, also when another one is in force by then.
    fn table(&self) -> Arc<Table> {
        // A whole table is replaced in one assignment, so a poisoned lock guards one that is whole.
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }
}
