//! Stands between rustc and the linker: a test is compiled while the library that it uses is still being turned
//! into code.
//!
//! Rustc writes a library's metadata before it makes its code. Cargo begins with other libraries then
//! (pipelined compilation), and with programs only once the code is there, because rustc ends them by linking.
//! Here a test begins too: in place of the library its rustc finds an archive that has the metadata alone, and
//! when it comes to linking, this program, started in place of the linker, waits until the library has
//! taken the archive's place, and becomes the linker. Before it does, it keeps the test's object code, and what the
//! linker was asked for, so that the same can be linked again with another library.
//!
//! Architecture invariant: what is linked, and with which arguments, is what would be without it.

use std::env;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde::{Deserialize, Serialize};

use super::wrapper::become_program;

/// The variable that makes this program a linker. It names the file that is locked while there is something to
/// wait for.
const GATE: &str = "WORKBOOK_LINK_AFTER";

/// The same. It names an empty folder for what is linked.
pub const KEEP: &str = "WORKBOOK_LINK_KEEP";

/// What rustc calls to link for Linux with the GNU C library, unless it is told otherwise.
pub const LINKER: &str = "cc";

/// The program that this name of the linker stands for, as a shell with this `PATH` finds it. `None` if there is none.
pub(super) fn found_in(path: &str) -> Option<PathBuf> {
    let mut places = env::split_paths(path).map(|folder| folder.join(LINKER));
    places.find(|place| place.is_file())
}

/// What the linker was asked for, in the folder of what was kept.
const ASKED: &str = "asked.json";

/// How the linker was called.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    /// With object code where it is kept.
    pub arguments: Vec<String>,
    /// As rustc has it: with folders of its own in front.
    pub path: String,
}

impl Asked {
    /// What was kept in a folder; `None` if that was not all of it.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read(folder.join(ASKED)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes it into the folder of what was kept, where [`Asked::read`] finds it.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::write(folder.join(ASKED), serde_json::to_vec(self)?)
    }
}

/// Keeps every linker that is told of it waiting until it is dropped, or this program has ended.
pub(super) struct Gate {
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

impl Gate {
    /// A closed gate, kept in this folder.
    pub fn close(folder: &Path) -> io::Result<Self> {
        let path = folder.join(".library");
        let file = File::create(&path)?;
        file.lock()?;
        Ok(Gate { path, _file: file })
    }
}

/// Has a call of rustc start this program in place of the linker, to wait at a gate, and to keep in an empty folder what
/// it links.
pub(super) fn stand_between(
    rustc: &mut Command,
    stand_in: &Path,
    gate: Option<&Gate>,
    keep: Option<&Path>,
) {
    let mut linker = std::ffi::OsString::from("linker=");
    linker.push(stand_in);
    rustc.arg("-C").arg(linker);
    rustc.envs(gate.map(|gate| (GATE, &gate.path)));
    rustc.envs(keep.map(|folder| (KEEP, folder)));
}

/// Whether a call of rustc links with what this program becomes. Only where that is known is it put in between.
pub(super) fn is_usual(arguments: &[String]) -> bool {
    let chooses = |argument: &String| {
        let option = argument.strip_prefix("-C").unwrap_or(argument).trim_start();
        option.starts_with("linker") || option.starts_with("link-self-contained")
    };
    cfg!(all(target_os = "linux", target_env = "gnu")) && !arguments.iter().any(chooses)
}

/// Puts an archive in a library's place that has its metadata and no code, unless the library is there already. Rustc
/// moves the library into its place, so whoever has opened the archive keeps it.
pub(super) fn stand_for_library(metadata: &Path, library: &Path) -> io::Result<()> {
    let bytes = std::fs::read(metadata)?;
    let mut archive = tempfile::NamedTempFile::new_in(library.parent().unwrap_or(Path::new(".")))?;
    // The format is that of `ar`: name, time, owner, group, mode and length, in columns. Rustc takes what is no object file for
    // the metadata itself (`search_for_section` of rustc_codegen_ssa).
    archive.write_all(b"!<arch>\n")?;
    let length = bytes.len();
    writeln!(
        archive,
        "{:<16}{:<12}{:<6}{:<6}{:<8}{length:<10}`",
        "lib.rmeta/", 0, 0, 0, 644
    )?;
    archive.write_all(&bytes)?;
    if length % 2 == 1 {
        archive.write_all(b"\n")?;
    }
    match archive.persist_noclobber(library) {
        Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => Err(failed.error),
        _ => Ok(()),
    }
}

/// If rustc started this program in place of the linker, does what it asks for as soon as the library is there, and
/// returns how that ended; otherwise returns nothing. To be asked before anything else.
pub fn stand_in_for_linker() -> Option<ExitCode> {
    let (gate, folder) = (env::var_os(GATE), env::var_os(KEEP));
    if gate.is_none() && folder.is_none() {
        return None;
    }
    if let Some(folder) = folder {
        // What was not kept is compiled again.
        let _ = keep(Path::new(&folder));
    }
    if let Some(gate) = gate {
        // If it can't wait, it links what is there: with the archive that is an error, and cargo is called.
        let _ = File::open(gate).and_then(|file| file.lock_shared());
    }
    let mut linker = Command::new(LINKER);
    linker
        .args(env::args_os().skip(1))
        .env_remove(GATE)
        .env_remove(KEEP);
    Some(become_program(&mut linker))
}

/// Keeps the object code that rustc removes once it is linked.
fn keep(folder: &Path) -> Option<()> {
    let mut arguments = Vec::new();
    for (at, argument) in env::args_os().skip(1).enumerate() {
        let argument = argument.into_string().ok()?;
        if argument.starts_with('@') {
            // More arguments than fit, in a file of rustc's.
            return None;
        }
        let is_object = Path::new(&argument).extension().is_some_and(|it| it == "o");
        if is_object && Path::new(&argument).is_file() {
            let kept = folder.join(format!("{at}.o"));
            if std::fs::hard_link(&argument, &kept).is_err() {
                std::fs::copy(&argument, &kept).ok()?;
            }
            arguments.push(kept.to_str()?.to_owned());
        } else {
            arguments.push(argument);
        }
    }
    let path = env::var("PATH").ok()?;
    Asked { arguments, path }.write(folder).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_chooses_a_linker_keeps_it() {
        let check = |arguments: &[&str], expected: bool| {
            let arguments: Vec<String> = arguments.iter().map(|&it| it.to_owned()).collect();
            let is_known = cfg!(all(target_os = "linux", target_env = "gnu"));
            assert_eq!(is_usual(&arguments), expected && is_known, "{arguments:?}");
        };
        check(&["--emit=dep-info,link", "-C", "strip=debuginfo"], true);
        check(&["tests/linker.rs", "-C", "link-arg=-s"], true);
        check(&["-C", "linker=clang"], false);
        check(&["-Clinker=clang"], false);
        check(&["-C", "linker-flavor=gcc"], false);
        check(&["-Clink-self-contained=-linker"], false);
    }

    #[test]
    fn an_archive_never_replaces_a_library() {
        let folder = tempfile::tempdir().expect("a folder");
        let (metadata, library) = (folder.path().join("a.rmeta"), folder.path().join("a.rlib"));
        std::fs::write(&metadata, "odd").expect("it can be written");
        stand_for_library(&metadata, &library).expect("nothing is in the way");
        let archive = std::fs::read(&library).expect("it is there");
        let (head, rest) = archive.split_at(8);
        assert_eq!(head, b"!<arch>\n");
        assert_eq!(rest.len(), 60 + 4, "a header and an even number of bytes");
        assert!(rest.starts_with(b"lib.rmeta/ ") && rest.ends_with(b"odd\n"));
        std::fs::write(&library, "the library").expect("it can be written");
        stand_for_library(&metadata, &library).expect("it is left alone");
        let kept = std::fs::read(&library).expect("it is there");
        assert_eq!(kept, b"the library");
    }
}
