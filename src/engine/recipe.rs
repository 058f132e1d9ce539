//! What cargo asked rustc for, to be asked again without cargo.
//!
//! Architecture invariant: cargo is the truth. A recipe is good for exactly what it was made of; at any
//! doubt there is none.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::plot::{Plot, Target};
use super::wrapper::Call;
use crate::candidate::{Environment, Hasher};

/// The calls of rustc that build one crate and its tests.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Recipe {
    /// Identifies everything that cargo made the calls from.
    key: String,
    pub units: Vec<Unit>,
}

/// One call of rustc.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Unit {
    /// The name of the test, or `None` for the library.
    pub test: Option<String>,
    /// As cargo made it. Of the environment, what cargo set.
    pub call: Call,
    /// What is read besides the crate's own files: the compiler and the compiled dependencies.
    inputs: Vec<Input>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Input {
    path: PathBuf,
    length: u64,
    modified: SystemTime,
}

impl Input {
    pub fn look(path: &Path) -> Option<Self> {
        let data = std::fs::metadata(path).ok()?;
        Some(Input {
            path: path.to_owned(),
            length: data.len(),
            modified: data.modified().ok()?,
        })
    }
}

impl Unit {
    /// The file that it makes, without what stands before and behind it.
    pub fn file_stem(&self) -> String {
        self.call.file_stem()
    }

    /// The unit of a call that can be asked again: a library or an integration test, for this machine.
    fn of(mut call: Call) -> Option<Self> {
        let is_test = call.has("--test");
        let name = call.value("--crate-name")?.to_owned();
        if call.has("--target") || call.value("--out-dir").is_none() {
            return None;
        }
        if !is_test && call.value("--crate-type") != Some("lib") {
            return None;
        }
        let here: BTreeSet<(String, String)> = env::vars().collect();
        let of_the_build = |name: &str| name.contains("MAKEFLAGS") || name.starts_with("WORKBOOK_");
        call.environment
            .retain(|pair| !here.contains(pair) && !of_the_build(&pair.0) && pair.0 != "MFLAGS");
        // The crate's own library is made anew with it.
        let own = call.variable("CARGO_PKG_NAME").unwrap_or_default();
        let own = own.replace('-', "_");
        let externs = call.externs().filter(|(name, _)| *name != own);
        let dependencies = externs.filter_map(|(_, path)| path);
        let compiler = Some(PathBuf::from(&call.program)).filter(|path| path.is_absolute());
        let inputs = dependencies
            .chain(compiler)
            .map(|path| Input::look(&path))
            .collect::<Option<Vec<Input>>>()?;
        Some(Unit {
            test: is_test.then_some(name),
            call,
            inputs,
        })
    }

    fn is_for(&self, package: &str) -> bool {
        self.call.variable("CARGO_PKG_NAME") == Some(package)
    }
}

impl Recipe {
    /// What is known for these files in this environment. It may lack calls.
    pub fn read(path: &Path, key: &str) -> Self {
        let text = std::fs::read(path).unwrap_or_default();
        let known: Recipe = serde_json::from_slice(&text).unwrap_or_default();
        if known.key == key {
            return known;
        }
        Recipe {
            key: key.to_owned(),
            units: Vec::new(),
        }
    }

    /// Takes in what cargo asked for just now. Without it there is no fast way next time, which is no error.
    pub fn learn(&mut self, calls: Vec<Call>, plot: &Plot, path: &Path) {
        for unit in calls.into_iter().filter_map(Unit::of) {
            if unit.is_for(&plot.package) {
                self.units.retain(|known| known.test != unit.test);
                self.units.push(unit);
            }
        }
        if let Ok(text) = serde_json::to_vec(self) {
            let folder = path.parent().unwrap_or(path);
            let _ = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
        }
    }

    pub fn forget(&mut self) {
        self.units.clear();
    }

    /// Whether nothing is missing, and nothing that the calls read has changed.
    pub fn is_complete(&self, plot: &Plot) -> bool {
        let has = |test: Option<&str>| self.units.iter().any(|unit| unit.test.as_deref() == test);
        let is_known = |target: &Target| match target {
            Target::Own => true,
            Target::Test(name) => has(Some(name)),
            Target::Program(_) | Target::Prediction(_) => false,
        };
        let is_there = |input: &Input| Input::look(&input.path).as_ref() == Some(input);
        has(None)
            && plot.targets.iter().all(is_known)
            && self
                .units
                .iter()
                .all(|unit| unit.inputs.iter().all(is_there))
    }
}

/// Everything that cargo makes its calls from, or `None` for what is built with cargo alone: crates with build
/// scripts, programs or examples, and more than one crate at a time.
pub(super) fn key(plots: &[Plot], environment: &Environment, workspace: &Path) -> Option<String> {
    let [plot] = plots else { return None };
    let mut hasher = Hasher::default();
    hasher.part("environment", environment.fingerprint.as_str().as_bytes());
    hasher.part("package", plot.package.as_bytes());
    hasher.part(
        "folder",
        workspace.join(&plot.folder).as_os_str().as_encoded_bytes(),
    );
    for (name, value) in build_variables() {
        hasher.part(&name, value.as_bytes());
    }
    for (path, text) in configurations(workspace) {
        hasher.file(&path, text.as_bytes());
    }
    hasher.part("targets", format!("{:?}", plot.targets).as_bytes());
    let mut has_library = false;
    for file in &plot.files {
        let path = file.path.as_path();
        let in_source = path.starts_with("src") && !path.starts_with("src/bin");
        let is_program = path == Path::new("src/main.rs") || path.starts_with("src/bin");
        if path == Path::new("build.rs") || is_program || path.starts_with("examples") {
            return None;
        }
        has_library |= path == Path::new("src/lib.rs");
        if path.extension().is_none_or(|it| it != "rs") {
            hasher.file(path, &file.bytes);
        } else if !in_source {
            // Cargo looks for targets outside of `src`.
            hasher.file(path, b"");
        }
    }
    has_library.then(|| hasher.finish().to_string())
}

/// Variables that cargo or rustc may heed.
fn build_variables() -> BTreeSet<(String, String)> {
    let heeded = |name: &str| {
        let of_no_account = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_TERM_",
            "RUST_BACKTRACE",
            "RUST_LOG",
        ];
        (name.starts_with("CARGO") || name.starts_with("RUST"))
            && !of_no_account.iter().any(|start| name.starts_with(start))
    };
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    env::vars_os()
        .map(|(name, value)| (lossy(name), lossy(value)))
        .filter(|(name, _)| heeded(name))
        .collect()
}

/// Cargo's configuration files that are in force in a folder.
fn configurations(folder: &Path) -> Vec<(PathBuf, String)> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let above = folder.ancestors().map(|folder| folder.join(".cargo"));
    let files = above
        .chain(home)
        .flat_map(|folder| [folder.join("config.toml"), folder.join("config")]);
    files
        .filter_map(|path| std::fs::read_to_string(&path).ok().map(|text| (path, text)))
        .collect()
}

/// Why cargo has to be asked each time in this folder, if it has to.
pub fn no_fast_path(folder: &Path) -> Option<String> {
    if cfg!(not(target_os = "linux")) {
        return Some("it is proven on Linux alone".to_owned());
    }
    let variables = [
        "RUSTC",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_RUSTC",
        "CARGO_BUILD_RUSTC_WRAPPER",
        "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_TARGET",
    ];
    if let Some(name) = variables.iter().find(|name| env::var_os(name).is_some()) {
        return Some(format!("`{name}` is set, and it is not proven with that"));
    }
    if env::var_os("WORKBOOK_BUILD").is_some_and(|value| value == "cargo") {
        return Some("`WORKBOOK_BUILD=cargo` asks for cargo".to_owned());
    }
    let foreign = ["wrapper", "target =", "target=", "rustc ="];
    let is_foreign = |text: &str| {
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default());
        let mut lines = lines.map(str::trim);
        lines.any(|line| foreign.iter().any(|word| line.contains(word)))
    };
    let mut files = configurations(folder).into_iter();
    files.find(|(_, text)| is_foreign(text)).map(|(path, _)| {
        format!(
            "`{}` names a wrapper, a compiler or a target, and it is not proven with that",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::CandidateFile;

    fn plot(files: &[(&str, &str)]) -> Plot {
        let file = |&(path, text): &(&str, &str)| CandidateFile {
            path: path.into(),
            bytes: text.as_bytes().to_vec(),
        };
        Plot {
            folder: "exercises/x".into(),
            package: "x".to_owned(),
            exercise: "x".to_owned(),
            files: files.iter().map(file).collect(),
            targets: vec![Target::Test("checks".to_owned())],
        }
    }

    const FILES: [(&str, &str); 3] = [
        ("Cargo.toml", "[package]"),
        ("src/lib.rs", "fn a() {}"),
        ("tests/checks.rs", "#[test]"),
    ];

    fn environment(manifest: &str) -> Environment {
        let course = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(course.path().join("Cargo.toml"), manifest).expect("it can be written");
        Environment::look(course.path(), course.path()).expect("there is Rust")
    }

    fn key_of(plots: &[Plot], environment: &Environment) -> Option<String> {
        key(plots, environment, Path::new("/nowhere"))
    }

    #[test]
    fn code_may_change_and_what_cargo_reads_may_not() {
        let environment = environment("[workspace]\n");
        let of = |files: &[(&str, &str)]| key_of(&[plot(files)], &environment);
        let with = |path, text| {
            let mut files = FILES.to_vec();
            files.retain(|file| file.0 != path);
            files.push((path, text));
            of(&files)
        };
        let known = of(&FILES);
        assert!(known.is_some());
        assert_eq!(with("src/lib.rs", "fn b() {}"), known);
        assert_eq!(with("src/more.rs", ""), known);
        assert_ne!(with("Cargo.toml", "[package] "), known);
        assert_ne!(with("src/data.txt", ""), known);
        assert_ne!(with("tests/more.rs", ""), known);
        for path in [
            "build.rs",
            "src/main.rs",
            "src/bin/tool.rs",
            "examples/one.rs",
        ] {
            assert_eq!(with(path, ""), None, "{path}");
        }
        assert_eq!(key_of(&[plot(&FILES), plot(&FILES)], &environment), None);
    }

    #[test]
    fn another_environment_needs_another_recipe() {
        let mut one = environment("[workspace]\n");
        let known = key_of(&[plot(&FILES)], &one);
        let profile = environment("[workspace]\n[profile.dev]\nopt-level = 1\n");
        assert_ne!(key_of(&[plot(&FILES)], &profile), known);
        // The compiler's version is in the fingerprint, which is all that is taken from there.
        one.fingerprint = profile.fingerprint;
        assert_ne!(key_of(&[plot(&FILES)], &one), known);
    }
}
