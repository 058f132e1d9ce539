//! What every sink can do.

use std::fmt::Display;

/// Takes lines.
///
/// Dyn-compatible: each method has `self` and no type parameters, so there is one function for each, and a
/// table can list them. How a sink is made is no business of the trait.
pub trait Sink {
    /// The name.
    fn name(&self) -> &str;

    /// Writes a line.
    fn write_line(&mut self, line: &str);

    /// Many lines follow, up to [`Sink::end`].
    fn begin(&mut self) {}

    /// The lines since [`Sink::begin`] belong together.
    fn end(&mut self) {}
}

/// The generic methods of every [`Sink`].
pub trait SinkExt: Sink {
    /// Writes a line for each of these items.
    fn write_all<I>(&mut self, items: I)
    where
        I: IntoIterator,
        I::Item: Display,
    {
        self.begin();
        for item in items {
            self.write_line(&item.to_string());
        }
        self.end();
    }
}

impl<S: Sink + ?Sized> SinkExt for S {}
