//! What all candidates of a course share, and what changes every verdict when it changes: toolchain,
//! dependencies, profiles, and the runner itself.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::fingerprint::{Fingerprint, Hasher};
use super::toolchain;

/// Variables that name servers which a few exercises can use. Tests get them, and where a file of a candidate
/// names one, its verdict depends on it.
pub const SERVERS: [&str; 2] = ["DATABASE_URL", "REDIS_URL"];

/// Variables that change what rustc is asked to do.
const BUILD_VARIABLES: [&str; 4] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "RUSTC_WRAPPER",
];

/// The surroundings of every build.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The shared workspace manifest: dependencies, lints and profiles, without members.
    pub manifest: toml::Table,
    /// The course's lock file, if it has one.
    pub lock: Option<String>,
    /// Crates of the course that exercises depend on, such as `probes`: folders relative to the course.
    pub helpers: Vec<PathBuf>,
    /// The course's files.
    pub course_root: PathBuf,
    /// The first line of `rustc -vV`, for showing.
    pub toolchain: String,
    /// Identifies all of it.
    pub fingerprint: Fingerprint,
}

/// Why nothing can be built here.
#[derive(Debug, Error)]
pub enum EnvironmentError {
    /// There is no compiler.
    #[error("run `rustc`; install Rust, or run `workbook doctor`")]
    NoRustc(#[source] std::io::Error),
    /// The compiler does not even tell its version.
    #[error("ask `rustc` for its version: {message}")]
    BrokenRustc {
        /// What it printed.
        message: String,
    },
    /// A file of the course could not be read.
    #[error("read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The course's `Cargo.toml` is not TOML.
    #[error("parse `{}`", path.display())]
    BadManifest {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

impl Environment {
    /// Looks at the course's manifest, lock file and helper crates, and at the toolchain in force in
    /// `folder`.
    ///
    /// # Errors
    ///
    /// If there is no working `rustc`, or if a file can't be read.
    pub fn look(course_root: &Path, folder: &Path) -> Result<Self, EnvironmentError> {
        Self::with_toolchain(course_root, &toolchain::ask(folder)?)
    }

    /// The same, with what the compiler said of itself remembered in `build_root` as long as that is true.
    ///
    /// # Errors
    ///
    /// As [`Environment::look`].
    pub fn look_again(
        course_root: &Path,
        folder: &Path,
        build_root: &Path,
    ) -> Result<Self, EnvironmentError> {
        let memory = build_root.join("toolchain.json");
        Self::with_toolchain(course_root, &toolchain::remembered(folder, &memory)?)
    }

    fn with_toolchain(course_root: &Path, toolchain: &str) -> Result<Self, EnvironmentError> {
        let path = course_root.join("Cargo.toml");
        let text = read(&path)?;
        let root: toml::Table = toml::from_str(&text).map_err(|source| {
            let source = Box::new(source);
            EnvironmentError::BadManifest { path, source }
        })?;
        let manifest = shared_part(root);
        let helpers = helpers(&manifest);
        let lock = match read(&course_root.join("Cargo.lock")) {
            Ok(text) => Some(text),
            Err(EnvironmentError::Unreadable { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                None
            }
            Err(other) => return Err(other),
        };

        let mut hasher = Hasher::default();
        hasher.part("runner", env!("CARGO_PKG_VERSION").as_bytes());
        hasher.part("toolchain", toolchain.as_bytes());
        hasher.part("manifest", manifest.to_string().as_bytes());
        hasher.part(
            "lock",
            locked(lock.as_deref().unwrap_or_default()).as_bytes(),
        );
        for name in BUILD_VARIABLES {
            if let Some(value) = std::env::var_os(name) {
                hasher.part(name, value.as_encoded_bytes());
            }
        }
        for helper in &helpers {
            for entry in walkdir::WalkDir::new(course_root.join(helper)).sort_by_file_name() {
                let Ok(entry) = entry else { continue };
                if entry.file_type().is_file() {
                    let path = entry.path();
                    let bytes =
                        std::fs::read(path).map_err(|source| EnvironmentError::Unreadable {
                            path: path.to_owned(),
                            source,
                        })?;
                    hasher.file(path.strip_prefix(course_root).unwrap_or(path), &bytes);
                }
            }
        }
        Ok(Environment {
            manifest,
            lock,
            helpers,
            course_root: course_root.to_owned(),
            toolchain: toolchain.lines().next().unwrap_or_default().to_owned(),
            fingerprint: hasher.finish(),
        })
    }
}

/// How the packages of a profile are built.
impl Environment {
    /// The environment with lines and names in the compiled code of a package, for the addresses in it to be
    /// found again, and everything else as it is.
    #[must_use]
    pub fn with_lines(mut self, package: &str) -> Self {
        let settings = dev_settings(&mut self.manifest, package);
        settings.insert("debug".to_owned(), "limited".into());
        // What measures must not be seen in what it measures.
        for helper in &self.helpers {
            let name = helper.file_name().unwrap_or_default().to_string_lossy();
            dev_settings(&mut self.manifest, &name).insert("opt-level".to_owned(), 3.into());
        }
        self
    }

    /// The `opt-level` that a package is built with.
    pub fn opt_level(&self, package: &str) -> String {
        let dev = self.manifest.get("profile").and_then(|all| all.get("dev"));
        let own = dev.and_then(|dev| dev.get("package")?.get(package)?.get("opt-level"));
        let level = own.or_else(|| dev?.get("opt-level"));
        level.map_or("0".to_owned(), |level| {
            level.to_string().trim_matches('"').to_owned()
        })
    }
}

/// `[profile.dev.package.<package>]`, made if it is not there.
fn dev_settings<'m>(manifest: &'m mut toml::Table, package: &str) -> &'m mut toml::Table {
    ["profile", "dev", "package", package]
        .into_iter()
        .fold(manifest, |table, key| {
            let inner = table
                .entry(key)
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if !inner.is_table() {
                *inner = toml::Value::Table(toml::Table::new());
            }
            match inner {
                toml::Value::Table(inner) => inner,
                _ => unreachable!("made one above"),
            }
        })
}

fn read(path: &Path) -> Result<String, EnvironmentError> {
    std::fs::read_to_string(path).map_err(|source| EnvironmentError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// The packages of a lock file that come from elsewhere. The course's own are left out: a new exercise must not
/// change the fingerprint of every other, and what is in them counts by their bytes.
fn locked(text: &str) -> String {
    let Ok(mut lock) = toml::from_str::<toml::Table>(text) else {
        return text.to_owned();
    };
    if let Some(packages) = lock.get_mut("package").and_then(toml::Value::as_array_mut) {
        packages.retain(|package| package.get("source").is_some());
    }
    lock.to_string()
}

/// What members inherit: everything but the course's own package and the list of members.
fn shared_part(mut root: toml::Table) -> toml::Table {
    let mut shared = toml::Table::new();
    let workspace = root.remove("workspace").and_then(|table| match table {
        toml::Value::Table(table) => Some(table),
        _ => None,
    });
    let mut workspace = workspace.unwrap_or_default();
    for key in ["members", "default-members", "exclude", "metadata"] {
        workspace.remove(key);
    }
    shared.insert("workspace".to_owned(), toml::Value::Table(workspace));
    for key in ["profile", "patch"] {
        if let Some(value) = root.remove(key) {
            shared.insert(key.to_owned(), value);
        }
    }
    shared
}

/// The workspace dependencies that are folders of the course.
pub fn helpers(manifest: &toml::Table) -> Vec<PathBuf> {
    let dependencies = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(toml::Value::as_table);
    let mut helpers: Vec<PathBuf> = dependencies
        .into_iter()
        .flat_map(toml::Table::values)
        .filter_map(|dependency| dependency.get("path")?.as_str().map(PathBuf::from))
        .collect();
    helpers.sort();
    // One crate may go by several names.
    helpers.dedup();
    helpers
}

/// Which candidate has what in it besides files: mixed into each fingerprint.
impl Environment {
    pub(super) fn hasher(&self) -> Hasher {
        let mut hasher = Hasher::default();
        hasher.part("environment", self.fingerprint.as_str().as_bytes());
        hasher
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_counts_by_what_comes_from_elsewhere() {
        let own = "[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
        let serde = |version: &str| {
            format!(
                "[[package]]\nname = \"serde\"\nversion = \"{version}\"\nsource = \"registry\"\n"
            )
        };
        let one = locked(&serde("1.0.1"));
        assert_eq!(locked(&(serde("1.0.1") + own)), one);
        assert_ne!(locked(&serde("1.0.2")), one);
        assert_ne!(locked("not TOML"), locked("not TOML either"));
    }
}
