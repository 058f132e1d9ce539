//! What must hold of a candidate, one file per kind of check.
//!
//! The engine builds and runs; each file here turns what came of that into results. Nothing here runs
//! anything.

pub mod budget;
pub mod compile;
pub mod lints;
pub mod mutants;
pub mod questions;
pub mod ratio;
pub mod sealed;
