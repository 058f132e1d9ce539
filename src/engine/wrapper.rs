//! Stands between cargo and rustc: this program, started by cargo as its workspace wrapper, writes down what
//! cargo asks for and becomes rustc.
//!
//! Architecture invariant: nothing of the build differs from one without it. What can't be written down is
//! not, and nobody is told: the build goes on.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde::{Deserialize, Serialize};

/// The variable that makes this program a wrapper. It names the folder to write into.
pub(super) const RECORDS: &str = "WORKBOOK_RUSTC_RECORDS";

/// One call of rustc, as cargo made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Call {
    pub program: String,
    pub arguments: Vec<String>,
    pub folder: PathBuf,
    pub environment: Vec<(String, String)>,
}

/// If cargo started this program in place of rustc, does what it asks for and returns how that ended;
/// otherwise returns nothing. To be asked before anything else.
pub fn stand_in_for_rustc() -> Option<ExitCode> {
    let records = env::var_os(RECORDS)?;
    let mut arguments = env::args_os().skip(1);
    let program = arguments.next()?;
    let arguments: Vec<OsString> = arguments.collect();
    // Cargo also asks rustc for its version and its targets.
    if env::var_os("CARGO_PKG_NAME").is_some() {
        // See above: a call that is not written down is asked of cargo again.
        let _ = write_down(Path::new(&records), &program, &arguments);
    }
    Some(become_program(
        Command::new(program)
            .args(arguments)
            .env_remove(RECORDS)
            .env_remove("RUSTC_WORKSPACE_WRAPPER"),
    ))
}

fn write_down(records: &Path, program: &OsString, arguments: &[OsString]) -> Option<()> {
    let text = |text: &OsString| text.to_str().map(str::to_owned);
    let call = Call {
        program: text(program)?,
        arguments: arguments.iter().map(text).collect::<Option<_>>()?,
        folder: env::current_dir().ok()?,
        environment: env::vars_os()
            .map(|(name, value)| Some((text(&name)?, text(&value)?)))
            .collect::<Option<_>>()?,
    };
    let path = records.join(format!("{}.json", std::process::id()));
    std::fs::write(path, serde_json::to_vec(&call).ok()?).ok()
}

/// Every call that was written down in a folder.
pub(super) fn calls_in(records: &Path) -> Vec<Call> {
    let entries = std::fs::read_dir(records).into_iter().flatten().flatten();
    let texts = entries.filter_map(|entry| std::fs::read(entry.path()).ok());
    texts
        .filter_map(|text| serde_json::from_slice(&text).ok())
        .collect()
}

/// Becomes that program, or where the system has no such thing, runs it to its end.
#[cfg(unix)]
pub(super) fn become_program(command: &mut Command) -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    // It returns only if the program can't be started, which whoever asked for it says better than we could.
    let _ = command.exec();
    ExitCode::FAILURE
}

/// Becomes that program, or where the system has no such thing, runs it to its end.
#[cfg(not(unix))]
pub(super) fn become_program(command: &mut Command) -> ExitCode {
    let code = command.status().ok().and_then(|status| status.code());
    let code = code.and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
