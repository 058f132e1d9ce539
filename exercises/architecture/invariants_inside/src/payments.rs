//! What the payment provider tells us. It calls again until it has had our answer, so one payment may be
//! told several times.

use crate::model::{Refused, Status};
use crate::order::Order;

/// A payment has arrived.
///
/// # Errors
///
/// Why it is not a payment for this order. The provider sends the money back.
pub fn received(order: &mut Order, payment: &str, cents: u64) -> Result<(), Refused> {
    if cents < order.total_cents {
        return Err(Refused::WrongAmount {
            due_cents: order.total_cents,
        });
    }
    order.payments.push(payment.to_owned());
    order.paid_cents += cents;
    order.status = Status::Paid;
    Ok(())
}
