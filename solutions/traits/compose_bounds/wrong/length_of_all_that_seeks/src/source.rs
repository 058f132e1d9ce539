//! Where archives are read from.

use std::io::{self, Read, Seek};

/// What knows how long it is.
pub trait Length {
    /// How many bytes there are.
    ///
    /// # Errors
    ///
    /// What whoever holds the bytes says.
    fn length(&mut self) -> io::Result<u64>;
}

/// What an archive can be read from: another name for the three. Nobody implements it, everybody has it.
pub trait Source: Read + Seek + Length {}

impl<T: Read + Seek + Length + ?Sized> Source for T {}

impl<T: Seek + ?Sized> Length for T {
    fn length(&mut self) -> io::Result<u64> {
        let here = self.stream_position()?;
        let length = self.seek(io::SeekFrom::End(0))?;
        self.seek(io::SeekFrom::Start(here))?;
        Ok(length)
    }
}
