//! What `rustc -vV` says. To ask takes two processes and 40 to 60 ms, a tenth of a run, so the answer is
//! remembered together with everything that it depends on.
//!
//! Architecture invariant: a remembered answer is used where nothing that leads to a compiler has changed, as far
//! as it is known what leads there: by rustup, or to a program that is the compiler itself. Behind any other
//! program, such as the shim of a version manager, it is asked each time.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::environment::EnvironmentError;
use crate::course::write_memory;

/// Asks the compiler in force in a folder.
///
/// # Errors
///
/// If there is no `rustc`, or it does not answer.
pub(super) fn ask(folder: &Path) -> Result<String, EnvironmentError> {
    rustc(folder, &["-vV"])
}

/// The same, from a file if that is still true, which is written anew if not.
///
/// # Errors
///
/// As [`ask`].
pub(super) fn remembered(folder: &Path, memory: &Path) -> Result<String, EnvironmentError> {
    let known = fs::read(memory).ok();
    let known: Option<Answer> = known.and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(answer) = known
        && Evidence::look(folder, &answer.evidence.sysroot).as_ref() == Some(&answer.evidence)
    {
        return Ok(answer.version);
    }
    let version = ask(folder)?;
    let sysroot = rustc(folder, &["--print", "sysroot"]).unwrap_or_default();
    if let Some(evidence) = Evidence::look(folder, Path::new(sysroot.trim())) {
        let answer = Answer {
            evidence,
            version: version.clone(),
        };
        // Without it the compiler is asked again, which is no error.
        let _ = serde_json::to_vec(&answer).map(|text| write_memory(memory, &text));
    }
    Ok(version)
}

fn rustc(folder: &Path, arguments: &[&str]) -> Result<String, EnvironmentError> {
    let output = Command::new("rustc")
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(EnvironmentError::NoRustc)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(EnvironmentError::BrokenRustc {
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

#[derive(Serialize, Deserialize)]
struct Answer {
    evidence: Evidence,
    version: String,
}

/// What an answer depends on.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Evidence {
    variables: Vec<Option<String>>,
    /// Files that rustup chooses by, with their content.
    choices: Vec<(PathBuf, String)>,
    /// Where the compiler lies.
    sysroot: PathBuf,
    /// What is started, and what answers.
    programs: Vec<Program>,
}

/// Variables that lead to a compiler.
const VARIABLES: [&str; 6] = [
    "PATH",
    "HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
];

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Program {
    path: PathBuf,
    length: u64,
    modified: SystemTime,
}

impl Program {
    fn look(path: PathBuf) -> Option<Self> {
        let data = fs::metadata(&path).ok()?;
        Some(Program {
            path,
            length: data.len(),
            modified: data.modified().ok()?,
        })
    }
}

impl Evidence {
    /// What there is now; `None` where it is not known what leads to the compiler.
    fn look(folder: &Path, sysroot: &Path) -> Option<Self> {
        let name = format!("rustc{}", env::consts::EXE_SUFFIX);
        let compiler = sysroot.join("bin").join(&name);
        let started = env::split_paths(&env::var_os("PATH")?)
            .map(|folder| folder.join(&name))
            .find(|path| path.is_file())?;
        let behind = started.canonicalize().ok()?;
        let is_rustup = behind.file_stem().is_some_and(|stem| stem == "rustup");
        if !is_rustup && behind != compiler.canonicalize().ok()? {
            return None;
        }
        let mut programs = vec![Program::look(started)?, Program::look(compiler)?];
        let mut libraries: Vec<PathBuf> = fs::read_dir(sysroot.join("lib"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().contains("rustc_driver"))
            })
            .collect();
        libraries.sort();
        for library in libraries {
            programs.push(Program::look(library)?);
        }
        let home = env::var_os("RUSTUP_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".rustup")));
        let settings = home.map(|home| home.join("settings.toml"));
        let above = folder.ancestors().flat_map(|folder| {
            ["rust-toolchain.toml", "rust-toolchain"].map(|name| folder.join(name))
        });
        let choices = settings.into_iter().chain(above);
        let variable = |name: &&str| Some(env::var_os(name)?.to_string_lossy().into_owned());
        Some(Evidence {
            variables: VARIABLES.iter().map(variable).collect(),
            choices: choices
                .filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
                .collect(),
            sysroot: sysroot.to_owned(),
            programs,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_remembered_until_something_leads_elsewhere() {
        let desk = tempfile::tempdir().expect("a temporary folder");
        let memory = desk.path().join("toolchain.json");
        let asked = ask(desk.path()).expect("there is Rust");
        assert_eq!(remembered(desk.path(), &memory).expect("it answers"), asked);
        let Ok(text) = fs::read_to_string(&memory) else {
            // Here something else than rustup stands before the compiler.
            return;
        };
        let mut answer: Answer = serde_json::from_str(&text).expect("it was written whole");
        answer.version = "what was remembered".to_owned();
        let text = serde_json::to_vec(&answer).expect("it can be written");
        fs::write(&memory, text).expect("it can be written");
        let again = || remembered(desk.path(), &memory).expect("it answers");
        assert_eq!(again(), "what was remembered");
        // The same compiler by another way, and that is not known before it is asked.
        let choice = "[toolchain]\ncomponents = []\n";
        fs::write(desk.path().join("rust-toolchain.toml"), choice).expect("it can be written");
        assert_eq!(again(), asked);
    }

    #[test]
    fn what_is_no_answer_is_asked_again() {
        let desk = tempfile::tempdir().expect("a temporary folder");
        let memory = desk.path().join("toolchain.json");
        fs::write(&memory, "{\"version\":").expect("it can be written");
        let asked = ask(desk.path()).expect("there is Rust");
        assert_eq!(remembered(desk.path(), &memory).expect("it answers"), asked);
    }
}
