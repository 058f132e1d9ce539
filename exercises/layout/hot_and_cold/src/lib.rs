//! The orders that a courier service has accepted and not delivered, and what being late with them costs.

/// What the driver, the customer and the invoice need. Nobody asks for it before the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// Where to fetch it.
    pub sender: Contact,
    /// Where to bring it.
    pub receiver: Contact,
    /// What it is.
    pub goods: String,
    /// For the driver.
    pub remarks: String,
    /// What the customer calls the order.
    pub reference: String,
    /// In grams.
    pub weight: u32,
    /// In millimetres.
    pub size: [u32; 3],
}

/// Somebody who waits at a door.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// As on the bell.
    pub name: String,
    /// Whom to call if nobody opens.
    pub phone: String,
    /// With the number of the house.
    pub street: String,
    /// With the postal code.
    pub town: String,
}

/// Names an order. A number is given once and never again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u32);

/// An order.
#[derive(Debug)]
struct Order {
    id: Id,
    details: Details,
    /// The minute by which it is to be delivered.
    due: u32,
    /// What each minute after that costs, in cents.
    penalty: u32,
}

/// The open orders, in the order in which they were accepted.
///
/// Minutes are counted from the start of the year.
#[derive(Debug, Default)]
pub struct Backlog {
    orders: Vec<Order>,
    numbers_given: u32,
}

impl Backlog {
    /// No orders yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts an order. Each minute after `due` will cost `penalty` cents.
    pub fn accept(&mut self, details: Details, due: u32, penalty: u32) -> Id {
        let id = Id(self.numbers_given);
        self.numbers_given += 1;
        self.orders.push(Order {
            id,
            details,
            due,
            penalty,
        });
        id
    }

    /// An order is delivered, and no longer open. `None` if it is not open.
    pub fn deliver(&mut self, id: Id) -> Option<Details> {
        let row = self.row(id)?;
        Some(self.orders.remove(row).details)
    }

    /// The customer agrees to another minute. `false` if the order is not open.
    pub fn postpone(&mut self, id: Id, due: u32) -> bool {
        let Some(row) = self.row(id) else {
            return false;
        };
        self.orders[row].due = due;
        true
    }

    /// The customer agrees to another penalty per minute. `false` if the order is not open.
    pub fn renegotiate(&mut self, id: Id, penalty: u32) -> bool {
        let Some(row) = self.row(id) else {
            return false;
        };
        self.orders[row].penalty = penalty;
        true
    }

    /// The details of an open order.
    #[must_use]
    pub fn details(&self, id: Id) -> Option<&Details> {
        Some(&self.orders[self.row(id)?].details)
    }

    /// How many orders are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// Whether no order is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// What is owed in cents if everything that is open is delivered in this minute. The planner asks
    /// for minute after minute while it looks for a schedule.
    #[must_use]
    pub fn owed_at(&self, minute: u32) -> u64 {
        let owed =
            |order: &Order| u64::from(minute.saturating_sub(order.due)) * u64::from(order.penalty);
        self.orders.iter().map(owed).sum()
    }

    /// The details of the orders that are late in this minute, in the order in which they were accepted.
    pub fn late_at(&self, minute: u32) -> impl Iterator<Item = &Details> {
        self.orders
            .iter()
            .filter(move |order| order.due < minute)
            .map(|order| &order.details)
    }

    /// Where an order is kept. Numbers only grow, so the list is sorted by them.
    fn row(&self, id: Id) -> Option<usize> {
        self.orders.binary_search_by_key(&id, |order| order.id).ok()
    }
}
