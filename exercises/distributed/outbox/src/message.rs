//! What the shop tells others.

/// Something that has happened in the shop.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// An order was placed.
    Placed {
        /// The order's id.
        order: u64,
        /// What was ordered.
        item: String,
        /// How many.
        quantity: u32,
    },
    /// An order was cancelled.
    Cancelled {
        /// The order's id.
        order: u64,
        /// What had been ordered.
        item: String,
        /// How many.
        quantity: u32,
    },
}

/// An event on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The same for each copy of an event, and for no other event.
    pub id: u64,
    /// What has happened.
    pub event: Event,
}
