//! A listener: a name and the certificate that it shows.

use std::error::Error;
use std::fmt;
use std::path::Path;

use crate::Disk;
use crate::certificate::{Certificate, CertificateError};

/// A listener that is ready to accept.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) name: String,
    pub(crate) certificate: Certificate,
}

impl Listener {
    pub(crate) fn open(
        disk: &dyn Disk,
        name: &str,
        certificate: &Path,
    ) -> Result<Self, ListenerError> {
        let name = name.to_owned();
        match Certificate::read(disk, certificate) {
            Ok(certificate) => Ok(Self { name, certificate }),
            Err(cause) => Err(ListenerError { name, cause }),
        }
    }
}

#[derive(Debug)]
pub(crate) struct ListenerError {
    name: String,
    cause: CertificateError,
}

impl fmt::Display for ListenerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not open the listener `{}`", self.name)
    }
}

impl Error for ListenerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}
