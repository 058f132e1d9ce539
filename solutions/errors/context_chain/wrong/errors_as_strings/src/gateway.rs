//! The gateway itself.

use std::error::Error;
use std::fmt;
use std::path::Path;

use crate::Disk;
use crate::config;
use crate::listener::Listener;

/// A gateway with all its listeners open.
#[derive(Debug)]
pub struct Gateway {
    listeners: Vec<Listener>,
}

impl Gateway {
    /// Starts what the configuration at `config` describes.
    pub fn start(disk: &dyn Disk, config: &Path) -> Result<Self, StartError> {
        match config::load(disk, config) {
            Ok(listeners) => Ok(Self { listeners }),
            Err(message) => Err(StartError { message }),
        }
    }

    /// The name and the certificate of each listener, in the order of the configuration.
    pub fn listeners(&self) -> impl Iterator<Item = (&str, &str)> {
        self.listeners
            .iter()
            .map(|listener| (listener.name.as_str(), listener.certificate.pem.as_str()))
    }
}

/// Why the gateway did not start.
#[derive(Debug)]
pub struct StartError {
    message: String,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not start the gateway: {}", self.message)
    }
}

impl Error for StartError {}
