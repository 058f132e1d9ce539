//! The crate through which answering programs speak, compiled once for all of them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::write::{WIRE, WIRE_CRATE};
use crate::candidate::Environment;
use crate::engine::{End, Limit, Stop, run_to_end};
use crate::grade::workshop::WorkshopError;

const COMPILE: Limit = Limit {
    wall: Duration::from_mins(4),
    output_bytes: 16 * 1024,
};

/// Compiles it with this compiler into a folder, unless it is there, and returns its file. It is of the grader's own
/// text, so this happens outside of any box.
///
/// # Errors
///
/// If files can't be written or the compiler refuses.
pub fn compile_wire(
    rustc: &Path,
    folder: &Path,
    environment: &Environment,
    stop: &Stop,
) -> Result<PathBuf, WorkshopError> {
    let hash = Sha256::new()
        .chain_update(&environment.toolchain)
        .chain_update(WIRE)
        .finalize();
    let folder = folder.join(format!(
        "wire-{:x}",
        u64::from_le_bytes(std::array::from_fn(|at| hash[at]))
    ));
    let library = folder.join(format!("lib{WIRE_CRATE}.rlib"));
    if library.exists() {
        return Ok(library);
    }
    let source = folder.join("wire.rs");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&source, WIRE))
        .map_err(|error| WorkshopError::Io {
            path: source.clone(),
            source: error,
        })?;
    // Into another name first: what is there is whole.
    let unfinished = folder.join(format!("unfinished-{}.rlib", std::process::id()));
    let mut command = Command::new(rustc);
    command
        .args(["--edition=2024", "--crate-type=rlib", "--cap-lints=allow"])
        .args(["--crate-name", WIRE_CRATE, "-o"])
        .args([&unfinished, &source]);
    let ended = run_to_end(command, COMPILE, stop)?;
    match ended.end {
        End::Exited(0) => {}
        End::Stopped => return Err(WorkshopError::Stopped),
        _ => {
            return Err(WorkshopError::Cargo {
                message: ended.stderr.text(),
            });
        }
    }
    std::fs::rename(&unfinished, &library).map_err(|source| WorkshopError::Io {
        path: library.clone(),
        source,
    })?;
    Ok(library)
}
