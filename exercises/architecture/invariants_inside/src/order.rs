//! An order.

use crate::model::{Line, Status, Summary};

/// An order of a customer.
#[derive(Debug, Clone)]
pub struct Order {
    pub status: Status,
    pub lines: Vec<Line>,
    pub total_cents: u64,
    pub paid_cents: u64,
    pub refunded_cents: u64,
    pub payments: Vec<String>,
}

impl Order {
    /// An open order without lines.
    #[expect(
        clippy::new_without_default,
        reason = "an order is opened, it is not there by default"
    )]
    pub fn new() -> Self {
        Order {
            status: Status::Open,
            lines: Vec::new(),
            total_cents: 0,
            paid_cents: 0,
            refunded_cents: 0,
            payments: Vec::new(),
        }
    }

    /// What everybody may see of it.
    pub fn summary(&self) -> Summary {
        Summary {
            status: self.status,
            lines: self.lines.clone(),
            total_cents: self.total_cents,
            paid_cents: self.paid_cents,
            refunded_cents: self.refunded_cents,
        }
    }
}
