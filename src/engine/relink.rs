//! Links a test anew with a library whose interface is what it was, in place of compiling the test again.
//!
//! Architecture invariant: a test's object code is used again only where rustc would make the same: from the same files and
//! the same call, beside the same dependencies, for a library with the same [`interface`](super::interface). Where it can't be
//! linked after all, because code that the library had made for both is gone, rustc is asked.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::build::BuildError;
use super::cargo::{follow, forget_cargo};
use super::dep_info::DepInfo;
use super::interface::{Users, interface_for};
use super::linker::{Asked, LINKER, found_in, is_usual};
use super::plot::Plot;
use super::process;
use super::recipe::{Input, Unit};
use super::stop::Stop;
use crate::candidate::Hasher;

/// The key of what is kept, in its folder.
const KEY: &str = "key";

/// Where the object code of one test is kept, and what it is good for.
pub(super) struct Relink {
    folder: PathBuf,
    key: String,
}

impl Relink {
    /// For each of a plot's tests. `None` where its object code could depend on more than is known.
    pub fn all(library: &Unit, units: &[&Unit], plot: &Plot, folder: &Path) -> Vec<Option<Self>> {
        let tests = plot.files.iter().filter(|file| !is_read(&file.path));
        let tests: Vec<_> = tests
            .map(|file| String::from_utf8_lossy(&file.bytes))
            .collect();
        let users = Users::of(tests.iter().map(|text| &**text));
        let interface = is_unoptimised(&library.call.arguments)
            .then(|| interface_for(&plot.files, &users))
            .flatten();
        let of = |&unit: &&Unit| Self::of((library, unit), interface.as_ref()?, plot, folder);
        units.iter().map(of).collect()
    }

    fn of(
        (library, unit): (&Unit, &Unit),
        interface: &str,
        plot: &Plot,
        folder: &Path,
    ) -> Option<Self> {
        if !is_linked_as_known(&unit.call.arguments) {
            return None;
        }
        let mut hasher = Hasher::default();
        hasher.part("interface", interface.as_bytes());
        hasher.part("library", serde_json::to_string(library).ok()?.as_bytes());
        for file in plot.files.iter().filter(|file| !is_read(&file.path)) {
            hasher.file(&file.path, &file.bytes);
        }
        hasher.part("unit", serde_json::to_string(unit).ok()?.as_bytes());
        let linker = Input::look(&found_in(&env::var("PATH").ok()?)?)?;
        hasher.part("linker", &serde_json::to_vec(&linker).ok()?);
        Some(Relink {
            folder: folder.join(unit.test.as_ref()?),
            key: hasher.finish().as_str().to_owned(),
        })
    }

    /// Whether there is object code to link.
    pub fn is_kept(&self) -> bool {
        fs::read_to_string(self.folder.join(KEY)).is_ok_and(|known| known == self.key)
    }

    /// An empty folder for object code.
    pub fn begin(&self) -> Option<&Path> {
        let _ = fs::remove_dir_all(&self.folder);
        fs::create_dir_all(&self.folder).ok()?;
        Some(&self.folder)
    }

    /// The test was compiled, and nothing was said of it. `read` is the list that rustc made of what it read.
    pub fn keep(&self, unit: &Unit, plot: &Plot, read: &Path) {
        let is_all_known =
            fs::read_to_string(read).is_ok_and(|read| has_read_only(&read, unit, plot));
        if is_all_known && Asked::read(&self.folder).is_some() {
            // Without it the test is compiled again.
            let _ = fs::write(self.folder.join(KEY), &self.key);
        }
    }

    /// Links it. Whether that went well.
    pub fn link(&self, unit: &Unit, stop: &Stop) -> Result<bool, BuildError> {
        let Some(asked) = Asked::read(&self.folder) else {
            return Ok(false);
        };
        let mut linker = Command::new(LINKER);
        linker
            .args(asked.arguments)
            .current_dir(&unit.call.folder)
            .env("PATH", asked.path)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        forget_cargo(&mut linker);
        process::in_own_group(&mut linker);
        let mut own = process::spawn_tool(&mut linker).map_err(BuildError::NoCargo)?;
        let mut is_silent = true;
        let watched = follow(&mut own, stop, &mut |_| is_silent = false);
        let success = watched.map_err(BuildError::NoCargo)?;
        if stop.is_raised() {
            return Err(BuildError::Stopped);
        }
        if !(success && is_silent) {
            // It would fail again.
            let _ = fs::remove_file(self.folder.join(KEY));
        }
        Ok(success && is_silent)
    }
}

/// Whether a file of a crate is read for its interface.
fn is_read(path: &Path) -> bool {
    path.starts_with("src") && path.extension().is_some_and(|it| it == "rs")
}

/// Whether what these arguments of rustc make can be linked with another library of the same interface: it is code as it is
/// written, and the linker is the usual one.
pub fn is_linked_as_known(arguments: &[String]) -> bool {
    is_unoptimised(arguments) && is_usual(arguments)
}

/// Whether rustc makes code as it is written, and nothing else.
pub fn is_unoptimised(arguments: &[String]) -> bool {
    let option = |at: usize| {
        let argument = &arguments[at];
        match argument.strip_prefix("-C") {
            Some("") => arguments.get(at + 1).map_or("", String::as_str),
            Some(option) => option.trim_start(),
            None => argument,
        }
    };
    let is_known = |option: &str| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match name {
            "opt-level" | "debuginfo" | "lto" => ["0", "off", "none"].contains(&value),
            "instrument-coverage"
            | "profile-generate"
            | "profile-use"
            | "linker"
            | "linker-flavor" => false,
            _ => !name.starts_with("-Z") && !name.starts_with("-O") && name != "-g",
        }
    };
    (0..arguments.len()).all(|at| is_known(option(at)))
}

/// Whether a test was made of nothing but the crate's files outside of its library, and of variables of the call.
fn has_read_only(list: &str, unit: &Unit, plot: &Plot) -> bool {
    let read = DepInfo::parse(list);
    let is_variable = |name: &String| unit.call.variable(name).is_some();
    let is_file = |path: &PathBuf| {
        let inside = path.strip_prefix(&plot.folder).ok();
        inside.is_some_and(|inside| {
            !inside.starts_with("src") && plot.files.iter().any(|file| file.path == inside)
        })
    };
    let is_known = read.variables.iter().all(is_variable) && read.files.iter().all(is_file);
    is_known && !read.files.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_optimised_is_compiled_again() {
        let check = |arguments: &str, expected: bool| {
            let arguments: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
            assert_eq!(is_unoptimised(&arguments), expected, "{arguments:?}");
        };
        check(
            "--crate-name a -C embed-bitcode=no --test -C strip=debuginfo",
            true,
        );
        check("-C opt-level=0 -C debuginfo=0 -Clto=off", true);
        check("-C opt-level=3", false);
        check("-Copt-level=1", false);
        check("-O", false);
        check("-C debuginfo=2", false);
        check("-Cinstrument-coverage", false);
        check("-Zshare-generics=no", false);
        check("-C linker=clang", false);
    }
}
