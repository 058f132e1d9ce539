//! Your proofs, applied to another crate: its error keeps a Cell, and can be sent but not shared.

use std::marker::PhantomData;

#[derive(Debug, Clone, Default)]
pub struct Handle(pub std::sync::Arc<std::sync::Mutex<u64>>);

#[derive(Debug)]
pub struct BadName(pub std::cell::Cell<u8>);

impl std::fmt::Display for BadName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no name")
    }
}

impl std::error::Error for BadName {}

#[derive(Debug)]
pub struct Scope<'h>(pub PhantomData<(&'h Handle, *const ())>);

#[path = "../src/proofs.rs"]
mod proofs;

fn main() {}
