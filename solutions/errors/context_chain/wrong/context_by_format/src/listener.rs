//! A listener: a name and the certificate that it shows.

use std::io;
use std::path::Path;

use crate::Disk;
use crate::certificate::Certificate;

/// A listener that is ready to accept.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) name: String,
    pub(crate) certificate: Certificate,
}

impl Listener {
    pub(crate) fn open(disk: &dyn Disk, name: &str, certificate: &Path) -> io::Result<Self> {
        let certificate = Certificate::read(disk, certificate)
            .map_err(|e| io::Error::new(e.kind(), format!("listener `{name}`: {e}")))?;
        Ok(Self {
            name: name.to_owned(),
            certificate,
        })
    }
}
