//! The words of orders. Not yours to change.

/// So many of one article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub sku: String,
    pub quantity: u32,
    pub unit_cents: u32,
}

impl Line {
    pub fn cents(&self) -> u64 {
        u64::from(self.quantity) * u64::from(self.unit_cents)
    }
}

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Open,
    Paid,
    Shipped,
    Cancelled,
}

/// What everybody may see of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub status: Status,
    pub lines: Vec<Line>,
    pub total_cents: u64,
    pub paid_cents: u64,
    pub refunded_cents: u64,
}

/// Why an order stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Lines change only while the order is open.
    NotOpen,
    /// A quantity, a price or a refund of zero.
    Zero,
    /// No line has this article.
    NoSuchLine,
    /// There are no lines.
    Empty,
    /// Not what is due.
    WrongAmount { due_cents: u64 },
    /// Another payment has paid it.
    AlreadyPaid,
    /// It is not paid for, or the money has been given back.
    NotPaid,
    /// More than is left of what was paid.
    TooMuch { left_cents: u64 },
    /// It has left the house.
    Shipped,
    /// It was cancelled.
    Cancelled,
}
