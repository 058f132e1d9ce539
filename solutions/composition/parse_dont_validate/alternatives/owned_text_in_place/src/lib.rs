//! A newsletter: who reads it, and how the next issue reaches them.

mod address;
mod newsletter;

pub use address::{AddressError, EmailAddress};
pub use newsletter::Newsletter;
