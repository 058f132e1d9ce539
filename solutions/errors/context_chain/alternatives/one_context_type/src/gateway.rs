//! The gateway itself.

use std::error::Error;
use std::fmt;
use std::path::Path;

use crate::Disk;
use crate::config;
use crate::context::{Context, Doing};
use crate::listener::Listener;

/// A gateway with all its listeners open.
#[derive(Debug)]
pub struct Gateway {
    listeners: Vec<Listener>,
}

impl Gateway {
    /// Starts what the configuration at `config` describes.
    pub fn start(disk: &dyn Disk, config: &Path) -> Result<Self, StartError> {
        config::load(disk, config)
            .doing(|| "start the gateway".to_owned())
            .map(|listeners| Self { listeners })
            .map_err(|context| StartError { context })
    }

    /// The name and the certificate of each listener, in the order of the configuration.
    pub fn listeners(&self) -> impl Iterator<Item = (&str, &str)> {
        self.listeners
            .iter()
            .map(|listener| (listener.name.as_str(), listener.certificate.pem.as_str()))
    }
}

/// Why the gateway did not start: the outermost of a chain of contexts, under a public name, so that
/// the type inside stays free to change.
#[derive(Debug)]
pub struct StartError {
    context: Context,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}", self.context)
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // This error stands in for its context, so the next one is the context's cause.
        self.context.source()
    }
}
