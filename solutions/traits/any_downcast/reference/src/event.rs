//! What happens to the money for an order.

/// All that may happen. A closed set: whoever matches it is told by the compiler when there is more.
// Not `#[non_exhaustive]`: that would force an arm for the rest on every user, which is how chargebacks were lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The customer paid.
    Paid(Paid),
    /// We paid back.
    Refunded(Refunded),
    /// The customer's bank took the money back.
    ChargedBack(ChargedBack),
}

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

impl From<Paid> for Event {
    fn from(paid: Paid) -> Self {
        Self::Paid(paid)
    }
}

impl From<Refunded> for Event {
    fn from(refunded: Refunded) -> Self {
        Self::Refunded(refunded)
    }
}

impl From<ChargedBack> for Event {
    fn from(charged_back: ChargedBack) -> Self {
        Self::ChargedBack(charged_back)
    }
}
