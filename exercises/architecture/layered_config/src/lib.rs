//! The settings of the shop: defaults, a file, the environment and flags.

mod load;
mod model;

pub use load::{Settings, load};
pub use model::{Fault, Key, Origin, Problem, Sources};
