//! The tool of the people who answer the telephone.

use crate::model::{Refused, Status};
use crate::order::Order;

/// Changes how many of an article are ordered. None takes the line away.
///
/// # Errors
///
/// Why nothing is changed.
pub fn set_quantity(order: &mut Order, sku: &str, quantity: u32) -> Result<(), Refused> {
    let line = order.lines.iter_mut().find(|line| line.sku == sku);
    let line = line.ok_or(Refused::NoSuchLine)?;
    line.quantity = quantity;
    order.lines.retain(|line| line.quantity > 0);
    Ok(())
}

/// Gives money back.
///
/// # Errors
///
/// Why none is given back.
pub fn refund(order: &mut Order, cents: u64) -> Result<(), Refused> {
    if cents > order.paid_cents {
        return Err(Refused::TooMuch {
            left_cents: order.paid_cents,
        });
    }
    order.refunded_cents += cents;
    Ok(())
}

/// Cancels the order.
///
/// # Errors
///
/// Why it goes on.
pub fn cancel(order: &mut Order) -> Result<(), Refused> {
    if order.status == Status::Shipped {
        return Err(Refused::Shipped);
    }
    order.status = Status::Cancelled;
    Ok(())
}
