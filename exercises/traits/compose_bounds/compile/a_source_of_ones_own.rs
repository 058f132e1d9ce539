//! The team that keeps archives in an object store: its client reads, seeks, and knows the size from a header.

use std::io::{self, Read, Seek, SeekFrom};

use compose_bounds::{Archive, Length};

struct Object {
    size: u64,
    at: u64,
}

impl Read for Object {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(0);
        self.at += buffer.len() as u64;
        Ok(buffer.len())
    }
}

impl Seek for Object {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if let SeekFrom::Start(at) = to {
            self.at = at;
        }
        Ok(self.at)
    }
}

impl Length for Object {
    fn length(&self) -> io::Result<u64> {
        Ok(self.size)
    }
}

fn main() {
    let archive = Archive::open(Object { size: 8, at: 0 });
    println!("{}", archive.is_ok());
}
