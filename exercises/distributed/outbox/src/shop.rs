//! The shop: takes orders, and tells others about them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::world::{Broker, Crashed, Db};
use crate::{Envelope, Event};

/// So many of an item can be on order at once.
const MOST: u32 = 100;

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What was ordered.
    pub item: String,
    /// How many.
    pub quantity: u32,
    /// Whether it was cancelled.
    pub cancelled: bool,
}

/// Why the shop does not do as it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There would be more than 100 on order.
    SoldOut,
    /// There is no such order.
    Unknown,
}

/// What the shop's database holds.
#[derive(Debug, Clone, Default)]
pub struct ShopTables {
    orders: BTreeMap<u64, Order>,
    messages: u64,
}

impl ShopTables {
    /// All orders, by id.
    pub fn orders(&self) -> &BTreeMap<u64, Order> {
        &self.orders
    }

    fn on_order(&self, item: &str) -> u32 {
        let open = self
            .orders
            .values()
            .filter(|order| order.item == item && !order.cancelled);
        open.map(|order| order.quantity).sum()
    }
}

/// One process of the shop.
#[derive(Debug)]
pub struct Shop {
    db: Rc<Db<ShopTables>>,
    broker: Rc<Broker>,
}

impl Shop {
    /// Starts a process.
    pub fn new(db: Rc<Db<ShopTables>>, broker: Rc<Broker>) -> Self {
        Self { db, broker }
    }

    /// Places an order. Its id is the customer's, who sends the same again when there was no answer.
    ///
    /// # Errors
    ///
    /// Outside `Crashed`; inside `SoldOut`.
    pub fn place(
        &self,
        id: u64,
        item: &str,
        quantity: u32,
    ) -> Result<Result<(), Refusal>, Crashed> {
        let placed = self.db.transaction(|tables| {
            if tables.orders.contains_key(&id) {
                return Ok(false);
            }
            if tables.on_order(item) + quantity > MOST {
                return Err(Refusal::SoldOut);
            }
            let order = Order {
                item: item.to_owned(),
                quantity,
                cancelled: false,
            };
            tables.orders.insert(id, order);
            Ok(true)
        })?;
        match placed {
            Ok(true) => self.tell(Event::Placed {
                order: id,
                item: item.to_owned(),
                quantity,
            })?,
            Ok(false) => {}
            Err(refusal) => return Ok(Err(refusal)),
        }
        Ok(Ok(()))
    }

    /// Cancels an order, once: doing it again changes nothing.
    ///
    /// # Errors
    ///
    /// Outside `Crashed`; inside `Unknown`.
    pub fn cancel(&self, id: u64) -> Result<Result<(), Refusal>, Crashed> {
        let cancelled = self.db.transaction(|tables| {
            let order = tables.orders.get_mut(&id).ok_or(Refusal::Unknown)?;
            let was_cancelled = std::mem::replace(&mut order.cancelled, true);
            Ok((!was_cancelled).then(|| order.clone()))
        })?;
        match cancelled {
            Ok(Some(Order { item, quantity, .. })) => self.tell(Event::Cancelled {
                order: id,
                item,
                quantity,
            })?,
            Ok(None) => {}
            Err(refusal) => return Ok(Err(refusal)),
        }
        Ok(Ok(()))
    }

    /// Sends what is still to be sent. Called again and again, and first after a start.
    ///
    /// # Errors
    ///
    /// `Crashed`.
    pub fn relay(&self) -> Result<(), Crashed> {
        Ok(())
    }

    fn tell(&self, event: Event) -> Result<(), Crashed> {
        let id = self.db.update(|tables| {
            tables.messages += 1;
            tables.messages
        })?;
        self.broker.publish(Envelope { id, event })
    }
}
