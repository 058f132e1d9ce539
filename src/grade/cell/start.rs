//! From the outside: starts a cell and waits for its end.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::ENTER;
use super::spec::{Cell, user_of_its_own};
use crate::engine::{End, Ended, Limit, ProcessError, Stop, run_with_input};

/// How many this process has started.
static CELLS: AtomicU32 = AtomicU32::new(0);

/// How what ran in a cell ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellEnd {
    /// By itself.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// Its wall time was up.
    TimedOut,
    /// Somebody asked to stop.
    Stopped,
    /// A wall could not be put up; nothing ran. In words, with the layer's name.
    Refused(String),
}

/// A cell that is over.
pub struct RanCell {
    /// How.
    pub end: CellEnd,
    /// The same as the engine sees it, with what was printed.
    pub ended: Ended,
}

/// Runs a cell to its end or to its limit.
///
/// # Errors
///
/// If the runner can't start itself.
pub fn run(
    cell: &Cell,
    input: Stdio,
    wall: Duration,
    output_bytes: usize,
    stop: &Stop,
) -> Result<RanCell, ProcessError> {
    let failed = |source: io::Error| ProcessError {
        program: "workbook".into(),
        source,
    };
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    let cell = &Cell {
        word: one_time_word().map_err(failed)?,
        user: Some(user_of_its_own(
            std::process::id(),
            CELLS.fetch_add(1, Ordering::Relaxed),
        )),
        ..cell.clone()
    };
    let spec = serde_json::to_string(cell).map_err(|error| failed(error.into()))?;
    command.arg(ENTER).arg(spec).env_clear();
    let limit = Limit { wall, output_bytes };
    let ended = run_with_input(command, input, limit, stop)?;
    let end = match ended.end {
        End::TimedOut => CellEnd::TimedOut,
        End::Stopped => CellEnd::Stopped,
        End::Signalled(signal) => CellEnd::Signalled(signal),
        End::Exited(125) if ended.stderr.text().starts_with(&cell.word) => {
            let text = ended.stderr.text();
            CellEnd::Refused(text[cell.word.len()..].trim().to_owned())
        }
        // In namespaces, the process that waits outside hands a signal on as shells do.
        End::Exited(code) if cell.walls.namespaces && code > 128 => CellEnd::Signalled(code - 128),
        End::Exited(code) => CellEnd::Exited(code),
    };
    Ok(RanCell { end, ended })
}

/// Sixteen bytes that nobody has seen, as text.
#[cfg(unix)]
pub fn one_time_word() -> io::Result<String> {
    use std::fmt::Write as _;
    use std::io::Read as _;
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let mut text = String::with_capacity(32);
    for byte in bytes {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// Elsewhere nothing runs in a cell.
#[cfg(not(unix))]
pub fn one_time_word() -> io::Result<String> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Lets any user into a folder: whoever runs in a cell may not be who made it.
///
/// # Errors
///
/// If the system refuses.
pub fn open_to_all(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777))?;
    }
    let _ = folder;
    Ok(())
}
