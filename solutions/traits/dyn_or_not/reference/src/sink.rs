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

    /// Writes many lines. To be overridden by sinks that can do so better than line by line.
    ///
    /// The iterator is an object, not a type parameter: that is an indirect call for each line, which is
    /// little beside the writing of it, and it is what lets this method be in the table.
    fn write_lines(&mut self, lines: &mut dyn Iterator<Item = String>) {
        for line in lines {
            self.write_line(&line);
        }
    }
}

/// The generic methods of every [`Sink`].
pub trait SinkExt: Sink {
    /// Writes a line for each of these items.
    fn write_all<I>(&mut self, items: I)
    where
        I: IntoIterator,
        I::Item: Display,
    {
        // A thin shell: it turns whatever the items are into text, and leaves the rest to the core. A loop
        // over `write_line` in this place would go past what a sink has overridden.
        let mut lines = items.into_iter().map(|item| item.to_string());
        self.write_lines(&mut lines);
    }
}

// `?Sized`, or else `dyn Sink` would be the one sink without these methods.
impl<S: Sink + ?Sized> SinkExt for S {}
