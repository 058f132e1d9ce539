//! The keys of quizzes and reviews, from the reference's answers.

use std::path::{Path, PathBuf};

use crate::checks::sealed;
use crate::course::Exercise;
use crate::course::{quiz, review};

/// Each key that an exercise has: its path in the course, and its text.
///
/// # Errors
///
/// In words for the author: which answers are missing, or what is wrong with them.
pub fn keys(root: &Path, exercise: &Exercise) -> Result<Vec<(PathBuf, String)>, String> {
    let read = |path: PathBuf| {
        std::fs::read_to_string(root.join(&path))
            .map_err(|error| format!("`{}`: {error}", path.display()))
    };
    let solution = exercise.solution_folder();
    let mut keys = Vec::new();
    if let Some(quiz) = &exercise.quiz {
        let text = sealed::quiz_key(
            exercise,
            quiz,
            &read(solution.join("reference").join(quiz::ANSWERS))?,
        )
        .map_err(|what| format!("`{}`: {what}", quiz::ANSWERS))?;
        keys.push((exercise.folder.join(quiz::KEY), text));
    }
    if let Some(review) = &exercise.review {
        let text = sealed::review_key(exercise, review, &read(solution.join(review::DEFECTS))?)
            .map_err(|what| format!("`{}`: {what}", review::DEFECTS))?;
        keys.push((exercise.folder.join(review::KEY), text));
    }
    Ok(keys)
}
