//! An order, and all rules that are about more than one of its values.
//!
//! Fields are private to this file, so what holds after each of these methods holds always. Each method first
//! asks everything that could speak against it and then changes, so a refused one leaves no trace.

use crate::model::{Line, Refused, Status, Summary};

/// An order of a customer.
#[derive(Debug, Clone)]
pub struct Order {
    lines: Vec<Line>,
    stage: Stage,
}

/// How far it is, with what is true only there: an open order can't have been paid, because there is no
/// place where that could be written down.
#[derive(Debug, Clone)]
enum Stage {
    Open,
    Paid(Money),
    Shipped(Money),
    /// With what had been paid and was given back, if anything.
    Cancelled(Option<Money>),
}

/// A payment of the whole total, and how much of it was given back.
#[derive(Debug, Clone)]
struct Money {
    payment: String,
    paid_cents: u64,
    refunded_cents: u64,
}

impl Money {
    fn left_cents(&self) -> u64 {
        self.paid_cents - self.refunded_cents
    }
}

impl Order {
    /// An open order without lines.
    #[expect(
        clippy::new_without_default,
        reason = "an order is opened, it is not there by default"
    )]
    pub fn new() -> Self {
        Order {
            lines: Vec::new(),
            stage: Stage::Open,
        }
    }

    /// What everybody may see of it.
    pub fn summary(&self) -> Summary {
        let (status, money) = match &self.stage {
            Stage::Open => (Status::Open, None),
            Stage::Paid(money) => (Status::Paid, Some(money)),
            Stage::Shipped(money) => (Status::Shipped, Some(money)),
            Stage::Cancelled(money) => (Status::Cancelled, money.as_ref()),
        };
        Summary {
            status,
            lines: self.lines.clone(),
            total_cents: self.total_cents(),
            paid_cents: money.map_or(0, |money| money.paid_cents),
            refunded_cents: money.map_or(0, |money| money.refunded_cents),
        }
    }

    /// Computed, as a stored one would be a second copy that can be wrong.
    fn total_cents(&self) -> u64 {
        self.lines.iter().map(Line::cents).sum()
    }

    pub(crate) fn add(&mut self, line: Line) -> Result<(), Refused> {
        self.must_be_open()?;
        if line.cents() == 0 {
            return Err(Refused::Zero);
        }
        self.lines.push(line);
        Ok(())
    }

    pub(crate) fn set_quantity(&mut self, sku: &str, quantity: u32) -> Result<(), Refused> {
        self.must_be_open()?;
        let found = self.lines.iter().position(|line| line.sku == sku);
        let at = found.ok_or(Refused::NoSuchLine)?;
        if quantity == 0 {
            self.lines.remove(at);
        } else {
            self.lines[at].quantity = quantity;
        }
        Ok(())
    }

    pub(crate) fn pay(&mut self, payment: &str, cents: u64) -> Result<(), Refused> {
        match &self.stage {
            Stage::Open => {}
            // Told again. To refuse it would make the provider send the money back.
            Stage::Paid(money) | Stage::Shipped(money) | Stage::Cancelled(Some(money))
                if money.payment == payment =>
            {
                return Ok(());
            }
            Stage::Paid(_) | Stage::Shipped(_) => return Err(Refused::AlreadyPaid),
            Stage::Cancelled(_) => return Err(Refused::Cancelled),
        }
        let due_cents = self.total_cents();
        if due_cents == 0 {
            return Err(Refused::Empty);
        }
        if cents != due_cents {
            return Err(Refused::WrongAmount { due_cents });
        }
        self.stage = Stage::Paid(Money {
            payment: payment.to_owned(),
            paid_cents: cents,
            refunded_cents: 0,
        });
        Ok(())
    }

    pub(crate) fn refund(&mut self, cents: u64) -> Result<(), Refused> {
        let money = match &mut self.stage {
            Stage::Paid(money) | Stage::Shipped(money) => money,
            Stage::Open => return Err(Refused::NotPaid),
            Stage::Cancelled(_) => return Err(Refused::Cancelled),
        };
        let left_cents = money.left_cents();
        if cents == 0 {
            return Err(Refused::Zero);
        }
        if cents > left_cents {
            return Err(Refused::TooMuch { left_cents });
        }
        money.refunded_cents += cents;
        Ok(())
    }

    pub(crate) fn ship(&mut self) -> Result<(), Refused> {
        match &self.stage {
            Stage::Paid(money) if money.left_cents() > 0 => {
                self.stage = Stage::Shipped(money.clone());
                Ok(())
            }
            Stage::Open | Stage::Paid(_) => Err(Refused::NotPaid),
            Stage::Shipped(_) => Err(Refused::Shipped),
            Stage::Cancelled(_) => Err(Refused::Cancelled),
        }
    }

    pub(crate) fn cancel(&mut self) -> Result<(), Refused> {
        let money = match &self.stage {
            Stage::Open => None,
            Stage::Paid(money) => Some(Money {
                refunded_cents: money.paid_cents,
                ..money.clone()
            }),
            Stage::Shipped(_) => return Err(Refused::Shipped),
            Stage::Cancelled(_) => return Err(Refused::Cancelled),
        };
        self.stage = Stage::Cancelled(money);
        Ok(())
    }

    fn must_be_open(&self) -> Result<(), Refused> {
        match self.stage {
            Stage::Open => Ok(()),
            _ => Err(Refused::NotOpen),
        }
    }
}
