//! Certificates, as they lie on the disk.

use std::path::Path;

use crate::Disk;
use crate::context::{Context, Doing};

/// A certificate in PEM form.
#[derive(Debug)]
pub(crate) struct Certificate {
    pub(crate) pem: String,
}

impl Certificate {
    pub(crate) fn read(disk: &dyn Disk, path: &Path) -> Result<Self, Context> {
        let pem = disk
            .read(path)
            .doing(|| format!("read the certificate `{}`", path.display()))?;
        Ok(Self { pem })
    }
}
