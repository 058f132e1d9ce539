//! What the learner does not get before passing: `solution.toml`, and `wrong.toml` of each wrong attempt.

use std::path::PathBuf;

use super::manifest::read_tests;
use super::model::TestSpec;
use super::reader::Document;

/// A solution's manifest and where its parts are.
#[derive(Debug, Clone, Default)]
pub struct Solution {
    /// The folder, relative to the course.
    pub folder: PathBuf,
    /// Other good answers.
    pub alternatives: Vec<Alternative>,
    /// What learners really get wrong, by name of folder.
    pub wrong: Vec<WrongAttempt>,
    /// Tests that only grading runs.
    pub hidden: Vec<TestSpec>,
    /// Why the reference's public signatures differ from the starter's, where that is the exercise.
    pub changes_api: Option<String>,
}

/// Another good answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Its folder below `alternatives/`.
    pub name: String,
    /// How it differs, in a line.
    pub about: String,
}

/// A mistake that learners make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongAttempt {
    /// Its folder below `wrong/`.
    pub name: String,
    /// The mistake, in a line.
    pub about: String,
    /// Ids of exactly the visible checks that fail.
    pub fails: Vec<String>,
    /// Ids of ratios that it fails or passes, as the machine has it: another check rejects it.
    pub may_fail: Vec<String>,
    /// A text that the output of a failing check contains.
    pub says: String,
}

/// Reads `solution.toml` into a solution without wrong attempts, which have files of their own.
pub fn read(document: &Document<'_>) -> Solution {
    document.read(|root| {
        let changes_api = root.optional_text("changes_api");
        let alternatives = root.tables("alternatives", |alternative| {
            let name = alternative.text("name", "the folder below alternatives/");
            let about = alternative.text("about", "how it differs, in a line");
            Some(Alternative {
                name: name?.value,
                about: about?.value,
            })
        });
        let hidden = read_tests(root, "hidden", true);
        Solution {
            alternatives: alternatives.into_iter().flatten().collect(),
            hidden,
            changes_api: changes_api.map(|why| why.value),
            ..Solution::default()
        }
    })
}

/// Reads a `wrong.toml`; `name` is its folder's name.
pub fn read_wrong(document: &Document<'_>, name: &str) -> Option<WrongAttempt> {
    document.read(|root| {
        let about = root.text("about", "the mistake, in a line");
        let fails = root.texts("fails", "ids of exactly the visible checks that fail");
        let may_fail = root.optional_texts("may_fail");
        let says = root.text("says", "a text that the output of a failing check contains");
        Some(WrongAttempt {
            name: name.to_owned(),
            about: about?.value,
            fails: fails?.value.into_iter().map(|id| id.value).collect(),
            may_fail: (may_fail.into_iter().flat_map(|ids| ids.value))
                .map(|id| id.value)
                .collect(),
            says: says?.value,
        })
    })
}
