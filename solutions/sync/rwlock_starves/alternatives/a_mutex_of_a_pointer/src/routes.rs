//! The routes in force.

use std::mem;

use crate::sync::{Arc, Mutex, PoisonError};
use crate::table::Table;

/// The table in force, read by every request and replaced every few minutes.
#[derive(Debug)]
pub struct Routes {
    /// No RwLock: that pays where readers hold it for long, and here nobody does.
    table: Mutex<Arc<Table>>,
}

impl Routes {
    /// Routes that start from this table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            table: Mutex::new(Arc::new(table)),
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
            let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
            // Asked under the lock that writes.
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
        Arc::clone(&self.table.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
