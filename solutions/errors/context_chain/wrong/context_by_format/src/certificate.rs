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
        let pem = disk.read(path).map_err(|e| {
            let path = path.display();
            io::Error::new(e.kind(), format!("could not read `{path}`: {e}"))
        })?;
        Ok(Self { pem })
    }
}
