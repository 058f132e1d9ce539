//! Orders of a shop, and the four parts of it that change them.

pub mod checkout;
mod model;
mod order;
pub mod payments;
pub mod support;
pub mod warehouse;

pub use model::{Line, Refused, Status, Summary};
pub use order::Order;
