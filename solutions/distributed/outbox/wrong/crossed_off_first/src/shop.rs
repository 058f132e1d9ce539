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
    /// What is still to be sent, in the order in which it happened.
    outbox: BTreeMap<u64, Event>,
    /// The id of the last message that was ever put into the outbox.
    last_message: u64,
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

    /// Puts a message into the outbox: it is sent if and only if the transaction commits.
    fn tell(&mut self, event: Event) {
        self.last_message += 1;
        self.outbox.insert(self.last_message, event);
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
        self.db.transaction(|tables| {
            if tables.orders.contains_key(&id) {
                return Ok(());
            }
            if tables.on_order(item) + quantity > MOST {
                return Err(Refusal::SoldOut);
            }
            let item = item.to_owned();
            let order = Order {
                item: item.clone(),
                quantity,
                cancelled: false,
            };
            tables.orders.insert(id, order);
            tables.tell(Event::Placed {
                order: id,
                item,
                quantity,
            });
            Ok(())
        })
    }

    /// Cancels an order, once: doing it again changes nothing.
    ///
    /// # Errors
    ///
    /// Outside `Crashed`; inside `Unknown`.
    pub fn cancel(&self, id: u64) -> Result<Result<(), Refusal>, Crashed> {
        self.db.transaction(|tables| {
            let order = tables.orders.get_mut(&id).ok_or(Refusal::Unknown)?;
            if order.cancelled {
                return Ok(());
            }
            order.cancelled = true;
            let event = Event::Cancelled {
                order: id,
                item: order.item.clone(),
                quantity: order.quantity,
            };
            tables.tell(event);
            Ok(())
        })
    }

    /// Sends what is still to be sent. Called again and again, and first after a start.
    ///
    /// # Errors
    ///
    /// `Crashed`.
    pub fn relay(&self) -> Result<(), Crashed> {
        for (id, event) in self.db.read(|tables| tables.outbox.clone())? {
            self.db.update(|tables| tables.outbox.remove(&id))?;
            self.broker.publish(Envelope { id, event })?;
        }
        Ok(())
    }
}
