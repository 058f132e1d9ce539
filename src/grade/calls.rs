//! The exact calls of `rustc` that cargo makes for an exercise, noted while it builds the reference, to be
//! made again for submissions with other files. So flags, lints, editions and dependencies are cargo's own,
//! and cargo never sees a submission.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde::{Deserialize, Serialize};

/// Names the folder to note calls in. Set only for the cargo that we start.
pub const NOTE_IN: &str = "WORKBOOK_NOTE_CALLS";

const LIBRARY: &str = "own";
const PROGRAM: &str = "program";
const TEST: &str = "test";

/// The calls that belong together, for one crate.
pub struct CrateCalls {
    /// Of its library.
    pub library: Call,
    /// Of its tests, in the order that they were asked for.
    pub tests: Vec<Call>,
    /// Of its programs.
    pub programs: Vec<Call>,
    /// Of its build script.
    pub script: Option<Call>,
}

impl CrateCalls {
    /// Reads what was noted of a package with these test targets: of several builds of it the newest that has all of
    /// them.
    ///
    /// # Errors
    ///
    /// What was not noted, in words.
    pub fn of(folder: &Path, package: &str, targets: &[&str]) -> Result<CrateCalls, String> {
        let noted = |kind: &str| newest_first(folder, &format!("{package}--{kind}--"));
        let (libraries, tests, programs) = (noted(LIBRARY), noted(TEST), noted(PROGRAM));
        let mut missing = "cargo did not compile its library".to_owned();
        for library in libraries {
            let of_target = |target: &&str| {
                let name = target.replace('-', "_");
                let mut all = tests.iter();
                let call = all.find(|call| call.name == name && call.links(&library));
                call.cloned()
                    .ok_or_else(|| format!("cargo did not compile `tests/{target}.rs`"))
            };
            let found: Result<Vec<Call>, String> = targets.iter().map(of_target).collect();
            let tests = match found {
                Ok(tests) => tests,
                Err(why) => {
                    missing = why;
                    continue;
                }
            };
            let scripts = programs.iter().filter(|call| call.program.is_none());
            let script = scripts.clone().next().filter(|_| library.is_generated_for);
            let programs = programs
                .iter()
                .filter(|call| call.program.is_some() && call.links(&library));
            return Ok(CrateCalls {
                script: script.cloned(),
                programs: programs.cloned().collect(),
                tests,
                library,
            });
        }
        Err(missing)
    }
}

/// One call of `rustc`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Call {
    /// The package it was made for.
    pub package: String,
    /// The crate's name: of a library, or of a test target.
    pub name: String,
    /// Compiled as a test.
    pub is_test: bool,
    /// The program that it makes, by the name that tests know it by.
    #[serde(default)]
    pub program: Option<String>,
    /// The package has a build script, which has written for this call.
    #[serde(default)]
    pub is_generated_for: bool,
    /// Where it was made.
    pub folder: PathBuf,
    /// All arguments.
    pub arguments: Vec<String>,
}

/// If this process was started by cargo in the place of `rustc`, notes the call and makes it.
pub fn note() -> Option<ExitCode> {
    let folder = PathBuf::from(std::env::var_os(NOTE_IN)?);
    let mut words = std::env::args_os().skip(1);
    let rustc = words.next()?;
    let arguments: Vec<_> = words.collect();
    let texts = arguments
        .iter()
        .map(|word| word.to_string_lossy().into_owned());
    let texts: Vec<String> = texts.collect();
    if let (Some(name), Ok(package), Ok(here)) = (
        value_of(&texts, "--crate-name"),
        std::env::var("CARGO_PKG_NAME"),
        std::env::current_dir(),
    ) {
        let call = Call {
            is_test: texts.iter().any(|word| word == "--test"),
            program: std::env::var("CARGO_BIN_NAME").ok(),
            is_generated_for: std::env::var_os("OUT_DIR").is_some(),
            name: name.to_owned(),
            folder: here,
            arguments: texts,
            package,
        };
        let path = folder.join(call.file_name());
        // What could not be noted is missed by whoever looks for it.
        let text = serde_json::to_string(&call).unwrap_or_default();
        let _ = std::fs::write(path, text);
    }
    // It inherits the streams; cargo reads its messages as ever.
    let status = Command::new(rustc).args(arguments).status().ok()?;
    let code = u8::try_from(status.code().unwrap_or(101)).unwrap_or(101);
    Some(ExitCode::from(code))
}

/// All calls in files whose names begin so, those first that were noted last.
fn newest_first(folder: &Path, start: &str) -> Vec<Call> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = files
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(start))
        .map(|entry| {
            let noted = entry.metadata().and_then(|data| data.modified()).ok();
            (std::cmp::Reverse(noted), entry.path())
        })
        .collect();
    paths.sort();
    let texts = paths
        .iter()
        .filter_map(|(_, path)| std::fs::read_to_string(path).ok());
    texts
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect()
}

fn value_of<'w>(words: &'w [String], flag: &str) -> Option<&'w str> {
    let at = words.iter().position(|word| word == flag)?;
    words.get(at + 1).map(String::as_str)
}

/// What a call is changed to.
pub struct Change<'c> {
    /// The file to compile.
    pub source: &'c Path,
    /// Where the result goes.
    pub out: &'c Path,
    /// Where the dependencies lie.
    pub dependencies: &'c Path,
    /// Crates to link in place of cargo's: name and file.
    pub externs: &'c [(String, PathBuf)],
    /// Further arguments.
    pub more: &'c [String],
}

impl Call {
    /// Cargo makes the same call with other dependencies where other crates are built with it, which the stem tells.
    fn file_name(&self) -> String {
        let of_program = ["--crate-type", "bin"];
        let kind = match self.is_test {
            true => TEST,
            // A program may have its library's name.
            false if self.arguments.windows(2).any(|words| words == of_program) => PROGRAM,
            false => LIBRARY,
        };
        format!("{}--{kind}--{}.json", self.package, self.stem())
    }

    /// Whether it links what the other call makes.
    fn links(&self, library: &Call) -> bool {
        let stem = format!("lib{}", library.stem());
        let mut externs = self
            .arguments
            .iter()
            .filter_map(|word| word.split_once('='));
        externs.any(|(_, path)| Path::new(path).file_stem().is_some_and(|it| *it == *stem))
    }

    /// What cargo had this call make, if that is a program.
    pub fn made(&self) -> Option<PathBuf> {
        let out = value_of(&self.arguments, "--out-dir")?;
        Some(self.folder.join(out).join(self.stem()))
    }

    /// The file that it compiles, relative to the folder of its crate.
    pub fn source(&self, crate_folder: &Path) -> Option<PathBuf> {
        let mut words = self.arguments.iter().map(Path::new);
        let source = words.find(|word| word.extension().is_some_and(|end| end == "rs"))?;
        let mut parts = source.components();
        // From the workspace's folder, or from the root of everything.
        loop {
            if let Ok(inside) = parts.as_path().strip_prefix(crate_folder) {
                return Some(inside.to_owned());
            }
            parts.next()?;
        }
    }

    /// Every file that cargo had this call write begins with this.
    pub fn stem(&self) -> String {
        let extra = self
            .arguments
            .iter()
            .find_map(|word| word.strip_prefix("extra-filename="));
        format!("{}{}", self.name, extra.unwrap_or_default())
    }

    /// The arguments for the same call on other files.
    pub fn changed(&self, change: &Change<'_>) -> Vec<String> {
        let by_name: BTreeMap<&str, &PathBuf> = change
            .externs
            .iter()
            .map(|(name, path)| (name.as_str(), path))
            .collect();
        let mut words = Vec::new();
        let mut left = self.arguments.iter().peekable();
        while let Some(word) = left.next() {
            match word.as_str() {
                "--out-dir" => {
                    left.next();
                }
                "-C" if left
                    .peek()
                    .is_some_and(|next| next.starts_with("incremental=")) =>
                {
                    left.next();
                }
                "-L" if left
                    .peek()
                    .is_some_and(|next| next.starts_with("dependency=")) =>
                {
                    left.next();
                    words.push("-L".to_owned());
                    words.push(format!("dependency={}", change.dependencies.display()));
                }
                "--extern" => {
                    let Some(value) = left.next() else { continue };
                    let (name, path) = value.split_once('=').unwrap_or((value, ""));
                    let moved = || {
                        let file = Path::new(path).file_name().unwrap_or_default();
                        change.dependencies.join(file)
                    };
                    let path = by_name.get(name).map_or_else(moved, |path| (*path).clone());
                    words.push("--extern".to_owned());
                    words.push(format!("{name}={}", path.display()));
                }
                word if word.starts_with("--error-format")
                    || word.starts_with("--json")
                    || word.starts_with("--emit")
                    || word.starts_with("--diagnostic-width") => {}
                word if Path::new(word).extension().is_some_and(|end| end == "rs")
                    && !word.starts_with('-') =>
                {
                    words.push(change.source.display().to_string());
                }
                word => words.push(word.to_owned()),
            }
        }
        words.extend(["--emit=link", "--error-format=human", "--color=never"].map(str::to_owned));
        words.push("--out-dir".to_owned());
        words.push(change.out.display().to_string());
        words.extend(change.more.iter().cloned());
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(kind: &str, name: &str, hash: &str, links: &str) -> Call {
        let words = match kind {
            TEST => "--test".to_owned(),
            PROGRAM => "--crate-type bin".to_owned(),
            _ => "--crate-type lib".to_owned(),
        };
        let words =
            format!("{words} src/x.rs --extern a=/t/lib{links}.rlib -C extra-filename=-{hash}");
        Call {
            package: "capstone".to_owned(),
            name: name.to_owned(),
            is_test: kind == TEST,
            program: (kind == PROGRAM).then(|| name.to_owned()),
            is_generated_for: false,
            folder: PathBuf::new(),
            arguments: words.split_whitespace().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn a_program_of_its_library_s_name_does_not_take_the_library_s_place() {
        let name = |kind| call(kind, "capstone", "1", "none").file_name();
        assert_ne!(name(LIBRARY), name(PROGRAM));
    }

    #[test]
    fn calls_of_one_build_belong_together() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let note = |call: Call, at: u64| {
            let path = folder.path().join(call.file_name());
            let text = serde_json::to_string(&call).expect("it is data");
            std::fs::write(&path, text).expect("files can be written");
            let file = std::fs::File::options().append(true).open(&path);
            let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(at);
            file.and_then(|file| file.set_modified(at))
                .expect("it is ours");
        };
        for (hash, at) in [("old", 10), ("new", 20)] {
            note(call(LIBRARY, "capstone", hash, "none"), at);
            let links = format!("capstone-{hash}");
            note(call(PROGRAM, "capstone", hash, &links), at);
            note(call(TEST, "first", hash, &links), at);
        }
        // The second stage was only ever built with the older dependencies.
        note(call(TEST, "second", "old", "capstone-old"), 30);
        let of = |targets: &[&str]| {
            let calls = CrateCalls::of(folder.path(), "capstone", targets).expect("it was built");
            let all = [&calls.library, &calls.programs[0]]
                .into_iter()
                .chain(&calls.tests);
            all.map(|call| call.stem().split_once('-').expect("a hash").1.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&["first"]), ["new", "new", "new"]);
        assert_eq!(of(&["first", "second"]), ["old", "old", "old", "old"]);
        let why = CrateCalls::of(folder.path(), "capstone", &["third"]).err();
        assert_eq!(
            why.as_deref(),
            Some("cargo did not compile `tests/third.rs`")
        );
        let why = CrateCalls::of(folder.path(), "till", &[]).err();
        assert_eq!(why.as_deref(), Some("cargo did not compile its library"));
    }

    #[test]
    fn the_file_of_a_call_is_found_in_its_crate_wherever_that_lies() {
        let source = |path: &str| {
            let call = Call {
                package: "tally".to_owned(),
                name: "tally".to_owned(),
                is_test: false,
                program: Some("tally".to_owned()),
                is_generated_for: false,
                folder: PathBuf::new(),
                arguments: ["--crate-name", "tally", path].map(str::to_owned).to_vec(),
            };
            call.source(Path::new("week01/tally"))
        };
        let main = Some(PathBuf::from("src/main.rs"));
        assert_eq!(source("week01/tally/src/main.rs"), main);
        assert_eq!(source("graded/week01/tally/src/main.rs"), main);
        assert_eq!(source("/a/week01/tally/src/main.rs"), main);
        assert_eq!(source("/a/week01/tallies/src/main.rs"), None);
    }

    #[test]
    fn a_call_is_made_again_with_other_files_and_nothing_else_changed() {
        let words = "--crate-name tally --edition=2024 exercises/basics/tally/src/lib.rs --error-format=json \
                     --json=artifacts --crate-type lib --emit=dep-info,metadata,link -C embed-bitcode=no -C \
                     metadata=ab -C extra-filename=-ab --out-dir /t/deps -C incremental=/t/i -L \
                     dependency=/t/deps --extern probes=/t/deps/libprobes-1.rmeta --extern tally=/t/x.rlib";
        let call = Call {
            package: "tally".to_owned(),
            name: "tally".to_owned(),
            is_test: false,
            program: None,
            is_generated_for: false,
            folder: PathBuf::new(),
            arguments: words.split_whitespace().map(str::to_owned).collect(),
        };
        let changed = call.changed(&Change {
            source: Path::new("/s/src/lib.rs"),
            out: Path::new("/s/out"),
            dependencies: Path::new("/d"),
            externs: &[("tally".to_owned(), "/s/libtally.rlib".into())],
            more: &["-Funsafe_code".to_owned()],
        });
        let expected = "--crate-name tally --edition=2024 /s/src/lib.rs --crate-type lib -C embed-bitcode=no -C \
                        metadata=ab -C extra-filename=-ab -L dependency=/d --extern \
                        probes=/d/libprobes-1.rmeta --extern tally=/s/libtally.rlib --emit=link \
                        --error-format=human --color=never --out-dir /s/out -Funsafe_code";
        assert_eq!(changed.join(" "), expected);
        assert_eq!(call.stem(), "tally-ab");
    }
}
