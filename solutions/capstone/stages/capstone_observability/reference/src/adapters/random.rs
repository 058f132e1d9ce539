//! The machine's random bytes.

use std::fs::File;
use std::io::Read;

use crate::ports::{Random, StoreError};

/// The machine's random bytes, from where Unix has them. The crate `getrandom` would know other systems too.
#[derive(Debug)]
pub struct SystemRandom(File);

impl SystemRandom {
    /// Opens it now, so that a machine without it says so at the start and not at the first sign-in.
    ///
    /// # Errors
    ///
    /// If it is not there.
    pub fn open() -> Result<Self, StoreError> {
        match File::open("/dev/urandom") {
            Ok(file) => Ok(Self(file)),
            Err(error) => Err(StoreError::new("open /dev/urandom", error)),
        }
    }
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
        // It never blocks once the machine is up, so it may be read on the runtime's threads.
        let read = (&self.0).read_exact(bytes);
        read.map_err(|error| StoreError::new("read random bytes", error))
    }
}
