//! The spool of a mail relay: letters that wait, one a line, in a file.

use std::fs::File;
use std::io::{self, BufRead, Write};
use std::path::Path;

/// The letters that wait, in order. See [`Spool::read`] for how a spool that was cut off is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spool {
    /// The name of each.
    pub letters: Vec<String>,
}

impl Spool {
    /// Reads a spool; empty lines are no letters. A last line that was cut off is a letter like any other.
    ///
    /// # Errors
    ///
    /// If it can't be read to its end.
    pub fn read(mut from: impl BufRead) -> io::Result<Self> {
        // A spool is small, and its letters are kept in memory anyway: so all of it is read, or none.
        let mut text = String::new();
        from.read_to_string(&mut text)?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let letters = lines.map(str::to_owned).collect();
        Ok(Spool { letters })
    }

    /// Writes all letters, one a line.
    ///
    /// # Errors
    ///
    /// If it can't be written to its end.
    pub fn write(&self, mut to: impl Write) -> io::Result<()> {
        let mut text = self.letters.join("\n");
        text.push('\n');
        // `write` may take a part, and is not at fault then.
        to.write_all(text.as_bytes())?;
        to.flush()
    }

    /// Writes all letters into a file, in place of what it had.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        // Cuts off what was there, which may have been longer.
        self.write(File::create(path)?)
    }
}
