//! What happens to the money for an order.

/// The customer paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// The order's number.
    pub order: u32,
    /// What arrived.
    pub cents: i64,
}

/// We paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunded {
    /// The order's number.
    pub order: u32,
    /// What went back.
    pub cents: i64,
}

/// The customer's bank took the money back, and charges a fee for it. Since March.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargedBack {
    /// The order's number.
    pub order: u32,
    /// What was taken back.
    pub cents: i64,
    /// What the bank takes on top.
    pub fee: i64,
}
