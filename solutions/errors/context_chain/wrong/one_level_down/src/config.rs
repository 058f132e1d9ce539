//! The configuration: one listener a line, as `name = certificate`. Blank lines and lines that start
//! with `#` say nothing.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::Disk;
use crate::listener::{Listener, ListenerError};

/// Opens every listener that the configuration at `path` asks for.
pub(crate) fn load(disk: &dyn Disk, path: &Path) -> Result<Vec<Listener>, ConfigError> {
    // No `From<io::Error>`: a bare `?` would compile then, and drop the path without a word.
    let failed = |cause| ConfigError {
        path: path.to_owned(),
        cause,
    };
    let text = disk
        .read(path)
        .map_err(|cause| failed(ConfigCause::Read(cause)))?;
    let mut listeners = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, certificate)) = entry(line) else {
            return Err(failed(ConfigCause::Line {
                number: index + 1,
                text: line.to_owned(),
            }));
        };
        let listener = Listener::open(disk, name, Path::new(certificate))
            .map_err(|cause| failed(ConfigCause::Listener(cause)))?;
        listeners.push(listener);
    }
    Ok(listeners)
}

/// The two sides of `name = certificate`; neither may be empty.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, certificate) = line.split_once('=')?;
    let (name, certificate) = (name.trim(), certificate.trim());
    (!name.is_empty() && !certificate.is_empty()).then_some((name, certificate))
}

#[derive(Debug)]
pub(crate) struct ConfigError {
    path: PathBuf,
    cause: ConfigCause,
}

#[derive(Debug)]
enum ConfigCause {
    Read(io::Error),
    /// Not an `io::Error` of kind `InvalidData`: the disk did its part, so nobody should be led to
    /// look for the fault there.
    Line {
        number: usize,
        text: String,
    },
    Listener(ListenerError),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.cause {
            ConfigCause::Read(_) => write!(f, "could not read the configuration `{path}`"),
            ConfigCause::Line { number, text } => write!(
                f,
                "line {number} of the configuration `{path}` is not `name = certificate`: `{text}`"
            ),
            ConfigCause::Listener(_) => write!(f, "could not apply the configuration `{path}`"),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            ConfigCause::Read(cause) => Some(cause),
            ConfigCause::Line { .. } => None,
            ConfigCause::Listener(cause) => Some(cause),
        }
    }
}
