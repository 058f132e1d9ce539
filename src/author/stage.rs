//! What can be seen of a stage of a project: whose its files are, and what it has to itself.

use std::path::{Path, PathBuf};

use super::leftover::files_in;
use crate::course::{Exercise, ExerciseKind, GIVEN, MUTANTS};

/// What is wrong with the files of a stage, and of any exercise whose learners write the tests.
pub(super) fn look(root: &Path, exercise: &Exercise) -> Vec<String> {
    let mut found = suite_of_the_course(exercise);
    if exercise.kind != ExerciseKind::Stage {
        return found;
    }
    for (path, _) in files_in(&root.join(&exercise.folder).join(GIVEN)) {
        if exercise.owns(&path) {
            found.push(format!(
                "owns `{}`, which `stages/{}/{GIVEN}` gives too: a file is the learner's or the course's",
                path.display(),
                exercise.id
            ));
        }
    }
    if root.join(&exercise.crate_folder).join(MUTANTS).is_dir() {
        found.push(format!(
            "is a stage, and the mutants of a stage lie in `stages/{}/{MUTANTS}`: move them there from the project's",
            exercise.id
        ));
    }
    found
}

/// The tests that mutants are for have to be the learner's.
fn suite_of_the_course(exercise: &Exercise) -> Vec<String> {
    let suites = exercise.suite.iter();
    let of_course = suites.filter(|suite| {
        let file = PathBuf::from(format!("tests/{}.rs", suite.target));
        !exercise.owns(&file)
    });
    of_course
        .map(|suite| {
            format!(
                "has the suite `tests/{0}.rs`, which is not the learner's: list it in `owned`",
                suite.target
            )
        })
        .collect()
}
