//! The routes in force.

use crate::sync::{Arc, PoisonError, RwLock};
use crate::table::Table;

/// The table in force, read by every request and replaced every few minutes.
#[derive(Debug)]
pub struct Routes {
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
        look(&self.table())
    }

    /// Puts a table in force, if it is newer than the one that is. Tells whether it was.
    pub fn apply(&self, table: Table) -> bool {
        if table.version <= self.version() {
            return false;
        }
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(table);
        true
    }

    /// The table in force. Whoever has it keeps it, also when another one is in force by then.
    fn table(&self) -> Arc<Table> {
        // A whole table is replaced in one assignment, so a poisoned lock guards one that is whole.
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }
}
