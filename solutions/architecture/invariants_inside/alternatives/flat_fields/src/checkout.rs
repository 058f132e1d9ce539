//! The shop's pages, where customers fill their orders.

use crate::model::{Line, Refused};
use crate::order::Order;

/// Puts an article into the order.
///
/// # Errors
///
/// Why it is not put there.
pub fn add(order: &mut Order, sku: &str, quantity: u32, unit_cents: u32) -> Result<(), Refused> {
    order.add(Line {
        sku: sku.to_owned(),
        quantity,
        unit_cents,
    })
}
