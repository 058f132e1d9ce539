//! The warehouse: reserves what was ordered.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::world::{Crashed, Db};
use crate::{Envelope, Event};

/// What the warehouse's database holds.
#[derive(Debug, Clone, Default)]
pub struct WarehouseTables {
    reserved: BTreeMap<String, i64>,
}

impl WarehouseTables {
    /// How many of an item are reserved.
    pub fn reserved(&self, item: &str) -> i64 {
        self.reserved.get(item).copied().unwrap_or(0)
    }
}

/// One process of the warehouse.
#[derive(Debug)]
pub struct Warehouse {
    db: Rc<Db<WarehouseTables>>,
}

impl Warehouse {
    /// Starts a process.
    pub fn new(db: Rc<Db<WarehouseTables>>) -> Self {
        Self { db }
    }

    /// A message has arrived. If this crashes, the broker delivers it again.
    ///
    /// # Errors
    ///
    /// `Crashed`.
    pub fn handle(&self, envelope: &Envelope) -> Result<(), Crashed> {
        self.db.update(|tables| {
            let (item, change) = match &envelope.event {
                Event::Placed { item, quantity, .. } => (item, i64::from(*quantity)),
                Event::Cancelled { item, quantity, .. } => (item, -i64::from(*quantity)),
            };
            *tables.reserved.entry(item.clone()).or_default() += change;
        })
    }
}
