//! Calls a service again when a call has failed, without making the service's day worse.

mod client;
mod dice;
pub mod simulation;

pub use client::{Client, Effect, Failure, Policy};
pub use dice::Dice;
