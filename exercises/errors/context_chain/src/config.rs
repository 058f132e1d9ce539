//! The configuration: one listener a line, as `name = certificate`. Blank lines and lines that start
//! with `#` say nothing.

use std::io;
use std::path::Path;

use crate::Disk;
use crate::listener::Listener;

/// Opens every listener that the configuration at `path` asks for.
pub(crate) fn load(disk: &dyn Disk, path: &Path) -> io::Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    for line in disk.read(path)?.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, certificate)) = entry(line) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "syntax error"));
        };
        listeners.push(Listener::open(disk, name, Path::new(certificate))?);
    }
    Ok(listeners)
}

/// The two sides of `name = certificate`; neither may be empty.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, certificate) = line.split_once('=')?;
    let (name, certificate) = (name.trim(), certificate.trim());
    (!name.is_empty() && !certificate.is_empty()).then_some((name, certificate))
}
