//! The shop's pages, where customers fill their orders.

use crate::model::{Line, Refused, Status};
use crate::order::Order;

/// Puts an article into the order.
///
/// # Errors
///
/// Why it is not put there.
pub fn add(order: &mut Order, sku: &str, quantity: u32, unit_cents: u32) -> Result<(), Refused> {
    if order.status == Status::Shipped {
        return Err(Refused::NotOpen);
    }
    let line = Line {
        sku: sku.to_owned(),
        quantity,
        unit_cents,
    };
    order.total_cents += line.cents();
    order.lines.push(line);
    Ok(())
}
