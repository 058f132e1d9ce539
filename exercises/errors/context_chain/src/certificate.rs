//! Certificates, as they lie on the disk.

use std::io;
use std::path::Path;

use crate::Disk;

/// A certificate in PEM form.
#[derive(Debug)]
pub(crate) struct Certificate {
    pub(crate) pem: String,
}

impl Certificate {
    pub(crate) fn read(disk: &dyn Disk, path: &Path) -> io::Result<Self> {
        let pem = disk.read(path)?;
        Ok(Self { pem })
    }
}
