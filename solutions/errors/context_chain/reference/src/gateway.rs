//! The gateway itself.

use std::error::Error;
use std::fmt;
use std::path::Path;

use crate::Disk;
use crate::config::{self, ConfigError};
use crate::listener::Listener;

/// A gateway with all its listeners open.
#[derive(Debug)]
pub struct Gateway {
    listeners: Vec<Listener>,
}

impl Gateway {
    /// Starts what the configuration at `config` describes.
    ///
    /// # Errors
    ///
    /// At the first file that can't be read and at the first line that is not `name = certificate`.
    /// Where the disk failed, its `io::Error` is the last error of the chain.
    pub fn start(disk: &dyn Disk, config: &Path) -> Result<Self, StartError> {
        match config::load(disk, config) {
            Ok(listeners) => Ok(Self { listeners }),
            Err(cause) => Err(StartError { cause }),
        }
    }

    /// The name and the certificate of each listener, in the order of the configuration.
    pub fn listeners(&self) -> impl Iterator<Item = (&str, &str)> {
        self.listeners
            .iter()
            .map(|listener| (listener.name.as_str(), listener.certificate.pem.as_str()))
    }
}

/// Why the gateway did not start: the outermost error of a chain.
///
/// Opaque, so that the layers in between can change without breaking a caller. What callers may match
/// on is the `io::Error` at the root; see [`exit_code`](crate::exit_code).
#[derive(Debug)]
pub struct StartError {
    cause: ConfigError,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // This layer's part only. Whoever prints an error prints its causes too.
        f.write_str("could not start the gateway")
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}
