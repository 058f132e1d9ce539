//! What a command is.

use std::collections::BTreeMap;
use std::fmt::Display;

/// What commands work on.
pub type Store = BTreeMap<String, String>;

/// A command of the console. Each team brings its own.
pub trait Command: Sized {
    /// What users type.
    const NAME: &'static str;

    /// Whether it changes the store.
    const WRITES: bool;

    /// What it answers.
    type Reply: Display;

    /// Reads its arguments.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    fn parse(arguments: &str) -> Result<Self, String>;

    /// Does what it is for.
    ///
    /// # Errors
    ///
    /// Why it could not.
    fn run(self, store: &mut Store) -> Result<Self::Reply, String>;
}
