//! Where archives are read from.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// What an archive can be read from.
pub trait Source {
    /// Reads some bytes, at most as many as fit, and tells how many.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Goes to a place, and tells how far from the start it is.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64>;

    /// How many bytes there are.
    fn length(&self) -> io::Result<u64>;
}

impl Source for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(self, buffer)
    }

    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        Seek::seek(self, to)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}

impl Source for Cursor<Vec<u8>> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(self, buffer)
    }

    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        Seek::seek(self, to)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.get_ref().len() as u64)
    }
}
