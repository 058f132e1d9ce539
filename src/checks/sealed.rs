//! Sealed answers: compared without being readable.
//!
//! A key has salted SHA-256 hashes of the forms that are right. That keeps answers from being read by
//! accident; with four options to try, it can't keep them from being found.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::course::Exercise;
use crate::course::quiz::{QuestionKind, Quiz};
use crate::course::review::{FindingsOf, Review, parse_findings};

/// The hash of one form of an answer. The salt is what it answers, so that equal answers to two questions
/// do not look equal.
pub fn hash(exercise: &str, question: &str, form: &str) -> String {
    let digest = Sha256::digest(format!("{exercise}\0{question}\0{form}"));
    // Half of it is enough to be unlike any other of these.
    let mut digits = String::with_capacity(32);
    for byte in digest.iter().take(16) {
        // Writing to a String can't fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// The key to a quiz, given the right answers.
///
/// # Errors
///
/// In words for the author: which answer is missing or of the wrong kind.
pub fn quiz_key(exercise: &Exercise, quiz: &Quiz, answers: &str) -> Result<String, String> {
    let answers: toml::Table = toml::from_str(answers).map_err(|error| error.to_string())?;
    let mut key = toml::Table::new();
    let mut known: Vec<&String> = Vec::new();
    for question in &quiz.questions {
        known.push(&question.id);
        let answer = answers
            .get(&question.id)
            .ok_or(format!("there is no answer to `{}`", question.id))?;
        if matches!(question.kind, QuestionKind::Output(_)) {
            // Found by running: there is nothing to seal, and nothing that goes out of date.
            continue;
        }
        let forms = question.right_forms(answer).ok_or(format!(
            "the answer to `{}` is of the wrong kind",
            question.id
        ))?;
        let hashes = forms
            .iter()
            .map(|form| hash(&exercise.id, &question.id, form));
        key.insert(question.id.clone(), sorted(hashes));
    }
    // A learner has one file of answers for a project, and what was answered in an earlier stage is still in it.
    let earlier =
        std::iter::successors(exercise.before.as_deref(), |stage| stage.before.as_deref());
    let earlier = earlier.filter_map(|stage| stage.quiz.as_ref());
    known.extend(
        earlier
            .flat_map(|quiz| &quiz.questions)
            .map(|question| &question.id),
    );
    if let Some(extra) = answers.keys().find(|id| !known.contains(id)) {
        return Err(format!(
            "there is an answer to `{extra}`, which is no question"
        ));
    }
    Ok(format!("{HEADER}{key}"))
}

/// The key to a review, given the defects.
///
/// # Errors
///
/// In words for the author: what is wrong in the list of defects.
pub fn review_key(exercise: &Exercise, review: &Review, findings: &str) -> Result<String, String> {
    let defects = parse_findings(findings, review, FindingsOf::Key)?;
    if defects.len() < usize::try_from(review.at_least).unwrap_or(usize::MAX) {
        return Err(format!(
            "{} defects can't score {}",
            defects.len(),
            review.at_least
        ));
    }
    let mut hashes: Vec<toml::Value> = defects
        .iter()
        .map(|defect| {
            sorted(
                defect
                    .forms()
                    .iter()
                    .map(|form| hash(&exercise.id, "review", form)),
            )
        })
        .collect();
    // Not in the order of the files, which would tell where to look.
    hashes.sort_by_key(ToString::to_string);
    let mut key = toml::Table::new();
    key.insert("defects".to_owned(), toml::Value::Array(hashes));
    Ok(format!("{HEADER}{key}"))
}

const HEADER: &str = "# Written by `workbook author seal`; do not edit.\n\n";

fn sorted(hashes: impl Iterator<Item = String>) -> toml::Value {
    let mut hashes: Vec<String> = hashes.collect();
    hashes.sort();
    toml::Value::Array(hashes.into_iter().map(toml::Value::String).collect())
}
