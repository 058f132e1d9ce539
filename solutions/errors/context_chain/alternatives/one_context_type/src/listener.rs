//! A listener: a name and the certificate that it shows.

use std::path::Path;

use crate::Disk;
use crate::certificate::Certificate;
use crate::context::{Context, Doing};

/// A listener that is ready to accept.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) name: String,
    pub(crate) certificate: Certificate,
}

impl Listener {
    pub(crate) fn open(disk: &dyn Disk, name: &str, certificate: &Path) -> Result<Self, Context> {
        Ok(Self {
            name: name.to_owned(),
            certificate: Certificate::read(disk, certificate)
                .doing(|| format!("open the listener `{name}`"))?,
        })
    }
}
