//! Bills of an electricity supplier.

pub mod legacy;
mod statement;

pub use legacy::{Customer, Kind, Reading};
pub use statement::{Line, Statement};
