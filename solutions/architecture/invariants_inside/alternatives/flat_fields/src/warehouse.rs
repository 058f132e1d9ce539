//! Where parcels are packed.

use crate::model::Refused;
use crate::order::Order;

/// The parcel leaves the house.
///
/// # Errors
///
/// Why it stays.
pub fn ship(order: &mut Order) -> Result<(), Refused> {
    order.ship()
}
