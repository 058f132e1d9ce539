//! Which backend gets the next request.

mod balancer;
mod dice;
pub mod simulation;

pub use balancer::Balancer;
pub use dice::Dice;
