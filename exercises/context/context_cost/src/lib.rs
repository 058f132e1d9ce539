//! Nightly jobs over many small records, which have to stop when they are told to.

mod ctx;
mod jobs;

pub use ctx::{Ctx, Stopped};
pub use jobs::{Interrupted, checksum, price};
