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

/// What `owed_at` reads of an order, and nothing else: 8 bytes, so that eight are on a cache line.
///
/// One row and not a column for each field, because whoever reads one of them here reads both.
#[derive(Debug, Clone, Copy)]
struct Terms {
    /// The minute by which it is to be delivered.
    due: u32,
    /// What each minute after that costs, in cents.
    penalty: u32,
}

/// The open orders, in the order in which they were accepted.
///
/// Minutes are counted from the start of the year.
///
/// Each order has a row, the same one in all three lists. Only `accept` and `deliver` add or remove rows,
/// and they do it in all three; nobody else may, which is why this is a type and not three `Vec`s in
/// the planner.
#[derive(Debug, Default)]
pub struct Backlog {
    terms: Vec<Terms>,
    /// Not in `terms`: a change needs the number of one order, a sum that of none.
    ids: Vec<Id>,
    details: Vec<Details>,
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
        self.terms.push(Terms { due, penalty });
        self.ids.push(id);
        self.details.push(details);
        id
    }

    /// An order is delivered, and no longer open. `None` if it is not open.
    pub fn deliver(&mut self, id: Id) -> Option<Details> {
        let row = self.row(id)?;
        // The last one takes the place, so that nothing else has to be moved.
        self.terms.swap_remove(row);
        self.ids.swap_remove(row);
        Some(self.details.swap_remove(row))
    }

    /// The customer agrees to another minute. `false` if the order is not open.
    pub fn postpone(&mut self, id: Id, due: u32) -> bool {
        let Some(row) = self.row(id) else {
            return false;
        };
        self.terms[row].due = due;
        true
    }

    /// The customer agrees to another penalty per minute. `false` if the order is not open.
    pub fn renegotiate(&mut self, id: Id, penalty: u32) -> bool {
        let Some(row) = self.row(id) else {
            return false;
        };
        self.terms[row].penalty = penalty;
        true
    }

    /// The details of an open order.
    #[must_use]
    pub fn details(&self, id: Id) -> Option<&Details> {
        Some(&self.details[self.row(id)?])
    }

    /// How many orders are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether no order is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What is owed in cents if everything that is open is delivered in this minute. The planner asks
    /// for minute after minute while it looks for a schedule.
    #[must_use]
    pub fn owed_at(&self, minute: u32) -> u64 {
        let owed =
            |terms: &Terms| u64::from(minute.saturating_sub(terms.due)) * u64::from(terms.penalty);
        self.terms.iter().map(owed).sum()
    }

    /// The details of the orders that are late in this minute, in the order in which they were accepted.
    pub fn late_at(&self, minute: u32) -> impl Iterator<Item = &Details> {
        // The cold half is only touched for those that are late.
        self.terms
            .iter()
            .zip(&self.details)
            .filter(move |(terms, _)| terms.due < minute)
            .map(|(_, details)| details)
    }

    /// Where an order is kept. Numbers only grow, so the list is sorted by them.
    fn row(&self, id: Id) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }
}
