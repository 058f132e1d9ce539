//! Frames that sensors send, and a fuzzer to hold their decoder to its promises.

pub mod driver;
mod frame;
mod target;

pub use frame::{Decode, Frame, MAX_SAMPLES, Record, Refused, checksum, encode};
pub use target::{DICTIONARY, FOUND, SEEDS, target};
