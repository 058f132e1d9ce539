//! What it costs to send a parcel.

mod parcel;
mod quoter;

pub use parcel::{Parcel, Quote, Rate, Tariff, Zone};
pub use quoter::{Quoter, quoter};
