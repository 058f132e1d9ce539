//! Patterns for paths: `src/**/*.rs`.
//!
//! A pattern has parts, with `/` between them, and is held against the parts of a path.
//!
//! | in a part | stands for |
//! |---|---|
//! | `?` | one character |
//! | `*` | any number of characters, none included |
//! | anything else | itself |
//! | `**`, as a whole part | any number of parts, none included; at the end of a pattern at least one |
//!
//! So `docs/**` is everything below `docs`, and not `docs`.

mod matcher;
mod pattern;
mod table;

pub use pattern::{BadPattern, Pattern};

/// The paths that a pattern matches, in their order.
#[must_use]
pub fn filter<'a>(pattern: &Pattern, paths: &[&'a str]) -> Vec<&'a str> {
    let matching = paths.iter().filter(|path| pattern.matches(path));
    matching.copied().collect()
}
