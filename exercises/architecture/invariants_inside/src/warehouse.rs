//! Where parcels are packed.

use crate::model::{Refused, Status};
use crate::order::Order;

/// The parcel leaves the house.
///
/// # Errors
///
/// Why it stays.
pub fn ship(order: &mut Order) -> Result<(), Refused> {
    if order.paid_cents == 0 {
        return Err(Refused::NotPaid);
    }
    order.status = Status::Shipped;
    Ok(())
}
