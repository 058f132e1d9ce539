//! Certificates, as they lie on the disk.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::Disk;

/// A certificate in PEM form.
#[derive(Debug)]
pub(crate) struct Certificate {
    pub(crate) pem: String,
}

impl Certificate {
    pub(crate) fn read(disk: &dyn Disk, path: &Path) -> Result<Self, CertificateError> {
        match disk.read(path) {
            Ok(pem) => Ok(Self { pem }),
            // The path is added here because here it is still known. An io::Error never holds one.
            Err(cause) => Err(CertificateError {
                path: path.to_owned(),
                cause,
            }),
        }
    }
}

#[derive(Debug)]
pub(crate) struct CertificateError {
    path: PathBuf,
    cause: io::Error,
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "could not read the certificate `{}`: {}",
            self.path.display(),
            self.cause
        )
    }
}

impl Error for CertificateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}
