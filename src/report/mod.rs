//! Everything that is printed.
//!
//! Architecture invariant: only this module writes to standard output and standard error, always
//! through [`Screen`]. The rest of the module turns values into text and does no I/O.

pub mod flame;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod plot;
pub mod profile;
pub mod profile_json;
pub mod progress;
pub mod proof;
pub mod questions;
mod screen;
pub mod tables;
pub mod text;
pub mod verdict;

pub use screen::{ColorWhen, Screen};
