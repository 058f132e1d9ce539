//! An order, and all rules that are about more than one of its values.

use crate::model::{Line, Refused, Status, Summary};

/// An order of a customer.
#[derive(Debug, Clone)]
pub struct Order {
    status: Status,
    lines: Vec<Line>,
    /// Of the one payment there may be.
    payment: Option<String>,
    paid_cents: u64,
    refunded_cents: u64,
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
            payment: None,
            paid_cents: 0,
            refunded_cents: 0,
        }
    }

    /// What everybody may see of it.
    pub fn summary(&self) -> Summary {
        Summary {
            status: self.status,
            lines: self.lines.clone(),
            total_cents: self.lines.iter().map(Line::cents).sum(),
            paid_cents: self.paid_cents,
            refunded_cents: self.refunded_cents,
        }
    }

    pub(crate) fn add(&mut self, line: Line) -> Result<(), Refused> {
        if self.status != Status::Open {
            return Err(Refused::NotOpen);
        }
        if line.quantity == 0 || line.unit_cents == 0 {
            return Err(Refused::Zero);
        }
        self.lines.push(line);
        Ok(())
    }

    pub(crate) fn set_quantity(&mut self, sku: &str, quantity: u32) -> Result<(), Refused> {
        if self.status != Status::Open {
            return Err(Refused::NotOpen);
        }
        let mut lines = self.lines.iter_mut();
        lines
            .find(|line| line.sku == sku)
            .ok_or(Refused::NoSuchLine)?
            .quantity = quantity;
        self.lines.retain(|line| line.quantity > 0);
        Ok(())
    }

    pub(crate) fn pay(&mut self, payment: &str, cents: u64) -> Result<(), Refused> {
        if self.payment.as_deref() == Some(payment) {
            return Ok(());
        }
        let due_cents = self.summary().total_cents;
        match self.status {
            Status::Cancelled => Err(Refused::Cancelled),
            Status::Paid | Status::Shipped => Err(Refused::AlreadyPaid),
            Status::Open if self.lines.is_empty() => Err(Refused::Empty),
            Status::Open if cents != due_cents => Err(Refused::WrongAmount { due_cents }),
            Status::Open => {
                self.status = Status::Paid;
                self.payment = Some(payment.to_owned());
                self.paid_cents = cents;
                Ok(())
            }
        }
    }

    pub(crate) fn refund(&mut self, cents: u64) -> Result<(), Refused> {
        let left_cents = self.paid_cents - self.refunded_cents;
        match self.status {
            Status::Open => Err(Refused::NotPaid),
            Status::Cancelled => Err(Refused::Cancelled),
            Status::Paid | Status::Shipped if cents == 0 => Err(Refused::Zero),
            Status::Paid | Status::Shipped if cents > left_cents => {
                Err(Refused::TooMuch { left_cents })
            }
            Status::Paid | Status::Shipped => {
                self.refunded_cents += cents;
                Ok(())
            }
        }
    }

    pub(crate) fn ship(&mut self) -> Result<(), Refused> {
        match self.status {
            Status::Shipped => Err(Refused::Shipped),
            Status::Cancelled => Err(Refused::Cancelled),
            Status::Open => Err(Refused::NotPaid),
            Status::Paid if self.refunded_cents == self.paid_cents => Err(Refused::NotPaid),
            Status::Paid => {
                self.status = Status::Shipped;
                Ok(())
            }
        }
    }

    pub(crate) fn cancel(&mut self) -> Result<(), Refused> {
        match self.status {
            Status::Shipped => Err(Refused::Shipped),
            Status::Cancelled => Err(Refused::Cancelled),
            Status::Open | Status::Paid => {
                self.status = Status::Cancelled;
                self.refunded_cents = self.paid_cents;
                Ok(())
            }
        }
    }
}
