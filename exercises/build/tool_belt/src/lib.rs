//! The spool of a mail relay: letters that wait, one a line, in a file.

use std::fs::OpenOptions;
use std::io::{self, BufRead, Write};
use std::path::Path;

/// The letters that wait, in order. See [`Spool::restore`] for how a spool that was cut off is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spool {
    /// The name of each.
    pub letters: Vec<String>,
}

impl Spool {
    /// Reads a spool; empty lines are no letters.
    ///
    /// # Errors
    ///
    /// If it can't be read to its end.
    pub fn read(from: impl BufRead) -> io::Result<Self> {
        let lines = from.lines().filter_map(Result::ok);
        let letters = lines.filter(|line| !line.trim().is_empty()).collect();
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
        to.write(text.as_bytes())?;
        to.flush()
    }

    /// Writes all letters into a file, in place of what it had.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let file = OpenOptions::new().create(true).write(true).open(path)?;
        self.write(file)
    }
}
