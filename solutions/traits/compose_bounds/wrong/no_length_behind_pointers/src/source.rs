//! Where archives are read from.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};

/// What knows how long it is.
pub trait Length {
    /// How many bytes there are.
    ///
    /// # Errors
    ///
    /// What whoever holds the bytes says.
    fn length(&self) -> io::Result<u64>;
}

/// What an archive can be read from: another name for the three. Nobody implements it, everybody has it.
pub trait Source: Read + Seek + Length {}

impl<T: Read + Seek + Length + ?Sized> Source for T {}

impl Length for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}

impl<T: AsRef<[u8]>> Length for Cursor<T> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.get_ref().as_ref().len() as u64)
    }
}

impl<L: Length> Length for BufReader<L> {
    fn length(&self) -> io::Result<u64> {
        self.get_ref().length()
    }
}
