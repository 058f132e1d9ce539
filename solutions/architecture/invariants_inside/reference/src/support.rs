//! The tool of the people who answer the telephone.

use crate::model::Refused;
use crate::order::Order;

/// Changes how many of an article are ordered. None takes the line away.
///
/// # Errors
///
/// Why nothing is changed.
pub fn set_quantity(order: &mut Order, sku: &str, quantity: u32) -> Result<(), Refused> {
    order.set_quantity(sku, quantity)
}

/// Gives money back.
///
/// # Errors
///
/// Why none is given back.
pub fn refund(order: &mut Order, cents: u64) -> Result<(), Refused> {
    order.refund(cents)
}

/// Cancels the order.
///
/// # Errors
///
/// Why it goes on.
pub fn cancel(order: &mut Order) -> Result<(), Refused> {
    order.cancel()
}
