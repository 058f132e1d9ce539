//! What every sink can do.

use std::fmt::Display;

/// Takes lines.
pub trait Sink {
    /// A sink of this name.
    fn named(name: &str) -> Self
    where
        Self: Sized;

    /// The name.
    fn name(&self) -> &str;

    /// Writes a line.
    fn write_line(&mut self, line: &str);

    /// Writes a line for each of these items.
    fn write_all<I>(&mut self, items: I)
    where
        I: IntoIterator,
        I::Item: Display,
        Self: Sized,
    {
        for item in items {
            self.write_line(&item.to_string());
        }
    }
}
