//! Results on disk: one file for each submission and exercise, written in one step, so that a killed worker
//! leaves whole results or none.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::record::{Grade, VERSION};
use super::submission::is_name;

/// A folder of results.
pub struct Store {
    folder: PathBuf,
    /// By submission and exercise.
    grades: BTreeMap<(String, String), Grade>,
    /// Files that are no results of ours, each with why.
    pub set_aside: Vec<String>,
}

/// Why results could not be kept or read.
#[derive(Debug, Error)]
#[error("keep results in `{}`", path.display())]
pub struct StoreError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Where results lie below the folder.
const RESULTS: &str = "results";

impl Store {
    /// Opens a folder of results, which is made if it is not there, and reads what is in it.
    ///
    /// # Errors
    ///
    /// If it can't be made or read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let mut store = Store {
            folder: folder.to_owned(),
            grades: BTreeMap::new(),
            set_aside: Vec::new(),
        };
        let results = folder.join(RESULTS);
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError { path, source }
        };
        std::fs::create_dir_all(&results).map_err(at(&results))?;
        for learner in std::fs::read_dir(&results).map_err(at(&results))? {
            let learner = learner.map_err(at(&results))?.path();
            let Ok(entries) = std::fs::read_dir(&learner) else {
                continue;
            };
            for entry in entries.flatten() {
                let path = entry.path();
                if path.extension().is_none_or(|end| end != "json") {
                    continue;
                }
                match read(&path) {
                    Ok(grade) => {
                        let place = (grade.submission.clone(), grade.exercise.clone());
                        store.grades.insert(place, grade);
                    }
                    Err(why) => store.set_aside.push(format!("`{}`: {why}", path.display())),
                }
            }
        }
        Ok(store)
    }

    /// Every result, by submission and exercise.
    pub fn grades(&self) -> impl Iterator<Item = &Grade> {
        self.grades.values()
    }

    /// The result for a submission's exercise.
    pub fn find(&self, submission: &str, exercise: &str) -> Option<&Grade> {
        self.grades
            .get(&(submission.to_owned(), exercise.to_owned()))
    }

    /// A judged result with this key, whosever it is.
    pub fn with_key(&self, key: &str) -> Option<&Grade> {
        self.grades
            .values()
            .find(|grade| grade.key == key && grade.outcome.is_judged())
    }

    /// Keeps a result, in the place of what was there for the same submission and exercise.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn put(&mut self, grade: Grade) -> Result<(), StoreError> {
        let folder = self.folder.join(RESULTS).join(&grade.submission);
        let path = folder.join(format!("{}.json", grade.exercise));
        let at = |source| StoreError {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(&folder).map_err(at)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(at)?;
        let text = serde_json::to_string_pretty(&grade).map_err(|error| at(error.into()))?;
        file.write_all(text.as_bytes()).map_err(at)?;
        file.write_all(b"\n").map_err(at)?;
        file.persist(&path).map_err(|error| at(error.error))?;
        self.grades
            .insert((grade.submission.clone(), grade.exercise.clone()), grade);
        Ok(())
    }
}

fn read(path: &Path) -> Result<Grade, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let grade: Grade = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if grade.version != VERSION {
        return Err(format!(
            "is of version {}, and this is {VERSION}",
            grade.version
        ));
    }
    if !is_name(&grade.submission) || !is_name(&grade.exercise) {
        return Err("has a name that is none".to_owned());
    }
    Ok(grade)
}
