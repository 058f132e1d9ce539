//! What the payment provider tells us. It calls again until it has had our answer, so one payment may be
//! told several times.

use crate::model::Refused;
use crate::order::Order;

/// A payment has arrived.
///
/// # Errors
///
/// Why it is not a payment for this order. The provider sends the money back.
pub fn received(order: &mut Order, payment: &str, cents: u64) -> Result<(), Refused> {
    order.pay(payment, cents)
}
