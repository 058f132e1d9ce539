//! The configuration: one listener a line, as `name = certificate`. Blank lines and lines that start
//! with `#` say nothing.

use std::path::Path;

use crate::Disk;
use crate::context::{Context, Doing};
use crate::listener::Listener;

/// Opens every listener that the configuration at `path` asks for.
pub(crate) fn load(disk: &dyn Disk, path: &Path) -> Result<Vec<Listener>, Context> {
    let doing = || format!("load the configuration `{}`", path.display());
    let text = disk.read(path).doing(doing)?;
    listeners(disk, &text).doing(doing)
}

fn listeners(disk: &dyn Disk, text: &str) -> Result<Vec<Listener>, Context> {
    let mut listeners = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, certificate)) = entry(line) else {
            let number = index + 1;
            let text = format!("line {number} is not `name = certificate`: `{line}`");
            return Err(Context::root(text));
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
