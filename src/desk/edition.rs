//! Where a course comes from: a folder, or the copy that was packed into this program when it was built.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::path::{Component, Path, PathBuf};

use thiserror::Error;

/// The course as it was committed when the program was built, as a tar archive: see `build.rs`.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course.tar"));

/// Takes one file: its path in the course, and its bytes.
type TakeFile<'t> = &'t mut dyn FnMut(&Path, &[u8]) -> Result<(), EditionError>;

/// Where a course comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CourseSource {
    /// Packed into this program.
    Packed,
    /// A folder: a clone, or a learner's edition.
    Folder(PathBuf),
}

/// Why a course could not be read or copied.
#[derive(Debug, Error)]
pub enum EditionError {
    /// A file could not be read or written.
    #[error("copy the course to `{}`", path.display())]
    Copy {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder has no course in it.
    #[error("find a course in `{}`: it has no `curriculum.toml`", path.display())]
    NoCourse {
        /// The folder.
        path: PathBuf,
    },
}

/// What a learner gets of the course's top level. Everything else there is the runner's.
const LEARNER_FILES: [&str; 4] = [
    "Cargo.toml",
    "Cargo.lock",
    "curriculum.toml",
    "rust-toolchain.toml",
];

impl CourseSource {
    /// Copies the learner's part of the course: no solutions, no hidden tests, not the runner.
    ///
    /// # Errors
    ///
    /// If there is no course, or something can't be read or written.
    pub fn copy_learner_part(&self, to: &Path) -> Result<(), EditionError> {
        self.each_of_learner_part(&mut |path, bytes| write(&to.join(path), bytes))
    }

    /// The same, as bytes by path.
    ///
    /// # Errors
    ///
    /// As [`CourseSource::copy_learner_part`].
    pub fn learner_part(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>, EditionError> {
        let mut files = BTreeMap::new();
        self.each_of_learner_part(&mut |path, bytes| {
            files.insert(path.to_owned(), bytes.to_owned());
            Ok(())
        })?;
        Ok(files)
    }

    fn each_of_learner_part(&self, take: TakeFile<'_>) -> Result<(), EditionError> {
        let part = LearnerPart::of(self)?;
        self.each_file(&mut |path, bytes| {
            if part.contains(path) {
                take(path, bytes)
            } else {
                Ok(())
            }
        })
    }

    /// Copies one folder of the course, such as an exercise's solution. Returns whether it is there.
    ///
    /// # Errors
    ///
    /// As [`CourseSource::copy_learner_part`].
    pub fn copy_folder(&self, folder: &Path, to: &Path) -> Result<bool, EditionError> {
        let mut found = false;
        self.each_file(&mut |path, bytes| match path.strip_prefix(folder) {
            Ok(inside) => {
                found = true;
                write(&to.join(inside), bytes)
            }
            Err(_) => Ok(()),
        })?;
        Ok(found)
    }

    fn each_file(&self, take: TakeFile<'_>) -> Result<(), EditionError> {
        match self {
            CourseSource::Packed => each_packed(take),
            CourseSource::Folder(root) => each_in_folder(root, take),
        }
    }
}

fn each_packed(take: TakeFile<'_>) -> Result<(), EditionError> {
    let fail = |source| EditionError::Copy {
        path: PathBuf::from("course.tar"),
        source,
    };
    let mut archive = tar::Archive::new(Cursor::new(PACKED));
    for entry in archive.entries().map_err(fail)? {
        let mut entry = entry.map_err(fail)?;
        let path = entry.path().map_err(fail)?.into_owned();
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut entry, &mut bytes).map_err(fail)?;
        take(&path, &bytes)?;
    }
    Ok(())
}

fn each_in_folder(root: &Path, take: TakeFile<'_>) -> Result<(), EditionError> {
    if !root.join("curriculum.toml").is_file() {
        return Err(EditionError::NoCourse {
            path: root.to_owned(),
        });
    }
    let entries = walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name();
            entry.depth() == 0
                || (name != "target" && name != ".git" && name != super::STATE_FOLDER)
        });
    for entry in entries {
        let entry = entry.map_err(|error| EditionError::Copy {
            path: error.path().unwrap_or(root).to_owned(),
            source: error.into(),
        })?;
        if entry.file_type().is_file() {
            let path = entry.path();
            let bytes = std::fs::read(path).map_err(|source| EditionError::Copy {
                path: path.to_owned(),
                source,
            })?;
            take(path.strip_prefix(root).unwrap_or(path), &bytes)?;
        }
    }
    Ok(())
}

/// What a learner gets: the drills, and the folders that the spine and the workspace name.
struct LearnerPart {
    folders: Vec<PathBuf>,
}

impl LearnerPart {
    fn of(source: &CourseSource) -> Result<Self, EditionError> {
        let mut texts = [String::new(), String::new()];
        source.each_file(&mut |path, bytes| {
            for (text, name) in texts.iter_mut().zip(["curriculum.toml", "Cargo.toml"]) {
                if path == Path::new(name) {
                    *text = String::from_utf8_lossy(bytes).into_owned();
                }
            }
            Ok(())
        })?;
        // Whatever is wrong in these files, the loader says it in its place.
        let [spine, manifest] =
            texts.map(|text| toml::from_str::<toml::Table>(&text).unwrap_or_default());
        Ok(LearnerPart::named_in(&spine, &manifest))
    }

    fn named_in(spine: &toml::Table, manifest: &toml::Table) -> Self {
        let tables = |value: Option<&toml::Value>| -> Vec<toml::Value> {
            value
                .and_then(toml::Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let folder = |table: &toml::Value| table.get("folder")?.as_str().map(PathBuf::from);
        let mut folders = vec![PathBuf::from("exercises")];
        for week in tables(spine.get("weeks")) {
            folders.extend(folder(&week));
            folders.extend(tables(week.get("projects")).iter().filter_map(folder));
        }
        folders.extend(crate::candidate::helpers(manifest));
        LearnerPart { folders }
    }

    fn contains(&self, path: &Path) -> bool {
        let is_top_file = LEARNER_FILES.iter().any(|name| path == Path::new(name));
        // A course may keep anything in its folders but build output, whatever they are called.
        let is_built = path
            .components()
            .any(|part| part == Component::Normal("target".as_ref()));
        let is_answer = path.starts_with("solutions");
        let is_inside = self.folders.iter().any(|folder| path.starts_with(folder));
        is_top_file || (is_inside && !is_built && !is_answer)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), EditionError> {
    let fail = |source| EditionError::Copy {
        path: path.to_owned(),
        source,
    };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(fail)?;
    }
    std::fs::write(path, bytes).map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_learner_gets_no_solution_and_not_the_runner() {
        let spine = toml::toml! {
            [[weeks]]
            folder = "week01_core"
            [[weeks.projects]]
            folder = "capstone"
        };
        let manifest = toml::toml! {
            [workspace.dependencies]
            probes = { path = "probes" }
        };
        let part = LearnerPart::named_in(&spine, &manifest);
        let check = |path: &str, expected: bool| {
            assert_eq!(part.contains(Path::new(path)), expected, "{path}");
        };
        check("curriculum.toml", true);
        check("exercises/values/useful_default/src/lib.rs", true);
        check("week01_core/notes.md", true);
        check("capstone/src/main.rs", true);
        check("capstone/target/debug/capstone", false);
        check("probes/src/lib.rs", true);
        check(
            "solutions/values/useful_default/reference/src/lib.rs",
            false,
        );
        check("src/main.rs", false);
        check("tests/it/main.rs", false);
        check("README.md", false);
    }
}
