//! Stands between cargo and rustc: this program, started by cargo as its workspace wrapper, writes down what
//! cargo asks for, and becomes rustc, unless it has [the answer](super::object_cache) already.
//!
//! Architecture invariant: nothing of what is built does other than without it. What can't be written down is
//! not, and nobody is told: the build goes on.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde::{Deserialize, Serialize};

use super::object_cache;

/// The variable that makes this program a wrapper. It names the folder to write into.
pub(super) const RECORDS: &str = "WORKBOOK_RUSTC_RECORDS";

/// The same. It names the folder of the object code that is used again.
pub(super) const OBJECTS: &str = "WORKBOOK_OBJECTS";

/// The same. It says which crates are compiled with what their last compilation left (incremental compilation):
/// [`ALL`], or those that are compiled again.
pub(super) const INCREMENTAL: &str = "WORKBOOK_INCREMENTAL";

/// Every crate, because they are about to be edited.
pub(super) const ALL: &str = "all";

/// One call of rustc, as cargo made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Call {
    pub program: String,
    pub arguments: Vec<String>,
    pub folder: PathBuf,
    pub environment: Vec<(String, String)>,
}

impl Call {
    /// What this process is asked for in place of rustc. `None` if it is not all text.
    fn asked() -> Option<Self> {
        let text = |text: OsString| text.into_string().ok();
        let mut arguments = env::args_os().skip(1).map(text);
        Some(Call {
            program: arguments.next()??,
            arguments: arguments.collect::<Option<_>>()?,
            folder: env::current_dir().ok()?,
            environment: env::vars_os()
                .map(|(name, value)| Some((text(name)?, text(value)?)))
                .collect::<Option<_>>()?,
        })
    }

    /// Rustc, in this process's folder and environment, without what this program looks for there.
    pub fn rustc(&self) -> Command {
        let mut rustc = Command::new(&self.program);
        rustc.args(&self.arguments);
        without_wrapper(&mut rustc);
        rustc
    }

    /// The same call with this codegen option.
    pub fn with(&self, codegen: Option<&str>) -> Self {
        let mut call = self.clone();
        if let Some(option) = codegen {
            call.arguments.extend(["-C".to_owned(), option.to_owned()]);
        }
        call
    }

    pub fn has(&self, argument: &str) -> bool {
        self.arguments.iter().any(|it| it == argument)
    }

    /// The value of an option that comes as an argument of its own.
    pub fn value(&self, option: &str) -> Option<&str> {
        let at = self.arguments.iter().position(|it| it == option)?;
        self.arguments.get(at + 1).map(String::as_str)
    }

    /// The file that it makes, without what stands before and behind it.
    pub fn file_stem(&self) -> String {
        let name = self.value("--crate-name").unwrap_or_default();
        let mut arguments = self.arguments.iter();
        let extra = arguments.find_map(|it| it.strip_prefix("extra-filename="));
        format!("{name}{}", extra.unwrap_or_default())
    }

    pub fn variable(&self, name: &str) -> Option<&str> {
        let mut variables = self.environment.iter();
        variables.find_map(|(known, value)| (known == name).then_some(value.as_str()))
    }

    /// The libraries that it is told of by name, and where each is, if that is said.
    pub fn externs(&self) -> impl Iterator<Item = (&str, Option<PathBuf>)> {
        let pairs = self.arguments.windows(2);
        pairs.filter(|pair| pair[0] == "--extern").map(|pair| {
            pair[1]
                .split_once('=')
                .map_or((pair[1].as_str(), None), |(name, path)| {
                    (name, Some(PathBuf::from(path)))
                })
        })
    }
}

fn without_wrapper(rustc: &mut Command) {
    for name in [RECORDS, OBJECTS, INCREMENTAL, "RUSTC_WORKSPACE_WRAPPER"] {
        rustc.env_remove(name);
    }
}

/// If cargo started this program in place of rustc, does what it asks for and returns how that ended;
/// otherwise returns nothing. To be asked before anything else.
pub fn stand_in_for_rustc() -> Option<ExitCode> {
    let (records, objects) = (env::var_os(RECORDS), env::var_os(OBJECTS));
    if records.is_none() && objects.is_none() {
        return None;
    }
    // Cargo also asks rustc for its version and its targets.
    let is_of_package = env::var_os("CARGO_PKG_NAME").is_some();
    let Some(mut call) = Call::asked().filter(|_| is_of_package) else {
        let mut arguments = env::args_os().skip(1);
        let mut rustc = Command::new(arguments.next()?);
        rustc.args(arguments);
        without_wrapper(&mut rustc);
        return Some(become_program(&mut rustc));
    };
    let objects = objects.as_deref().map(Path::new);
    let incremental = objects.and_then(|cache| object_cache::incremental(cache, &call));
    if let Some(records) = records {
        // See above: a call that is not written down is asked of cargo again.
        let _ = write_down(Path::new(&records), &call.with(incremental.as_deref()));
    }
    if let (Some(cache), Ok(program)) = (objects, env::current_exe())
        && let Some(answer) =
            object_cache::answer(cache, &mut call, incremental.as_deref(), &program)
    {
        return Some(answer);
    }
    Some(become_program(
        &mut call.with(incremental.as_deref()).rustc(),
    ))
}

fn write_down(records: &Path, call: &Call) -> Option<()> {
    let path = records.join(format!("{}.json", std::process::id()));
    std::fs::write(path, serde_json::to_vec(call).ok()?).ok()
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
