//! The kinds of check beside tests and budgets, as `exercise.toml` states them.

use serde::{Deserialize, Serialize};

use super::manifest::read_starter;
use super::model::StarterState;
use super::problem::ProblemKind;
use super::reader::{At, Table};

/// A program that has to build, or must not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileSpec {
    /// `compile/<name>.rs`.
    pub name: String,
    /// What has to happen.
    pub must: Must,
    /// What a pass shows.
    pub shows: String,
    /// What the starter does.
    pub starter: StarterState,
}

/// What has to happen to a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Must {
    /// It builds.
    Build,
    /// It does not, and every error has this code.
    Fail(String),
}

/// A lint that must not fire in the learner's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClippySpec {
    /// With its prefix, as in `clippy::unwrap_used`; or [`EVERY_WARNING`].
    pub lint: String,
    /// What a pass shows.
    pub shows: String,
    /// What the starter does.
    pub starter: StarterState,
}

/// In place of a lint: whatever the compiler warns of, and clippy as it comes.
pub const EVERY_WARNING: &str = "warnings";

/// The folder, in that of a stage, of the files that it gives in place of those of the crate.
pub const GIVEN: &str = "given";

/// The folder of mutants, in the exercise's: a drill's crate, or what a stage has to itself.
pub const MUTANTS: &str = "mutants";

/// The learner's own tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suite {
    /// The file below `tests/`, without `.rs`.
    pub target: String,
    /// What a pass shows.
    pub shows: String,
    /// What the starter does.
    pub starter: StarterState,
}

/// A variant of the true code that the learner's tests must tell from it, or must not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutantSpec {
    /// The folder below `mutants/`.
    pub name: String,
    /// What is wrong with it, as a user would report it.
    pub behaviour: String,
    /// It looks different and is right.
    pub correct: bool,
    /// What the starter does.
    pub starter: StarterState,
}

/// A speed, beside the starter's in the same run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RatioSpec {
    /// The test file below `tests/`, without `.rs`.
    pub target: String,
    /// The test that measures, and the figure that it reports.
    pub name: String,
    /// How many times as fast as the starter it has to be.
    pub at_least: f64,
    /// What a pass shows.
    pub shows: String,
}

impl RatioSpec {
    /// `ratio::<name>`.
    pub fn id(&self) -> String {
        format!("ratio::{}", self.name)
    }
}

impl CompileSpec {
    /// `compile::<name>`.
    pub fn id(&self) -> String {
        format!("compile::{}", self.name)
    }
}

impl MutantSpec {
    /// `mutant::<name>`.
    pub fn id(&self) -> String {
        format!("mutant::{}", self.name)
    }

    /// What a pass shows. The behaviour is told only when it is missed.
    pub fn shows(&self) -> String {
        if self.correct {
            format!("your tests accept a variant that is right ({})", self.name)
        } else {
            "your tests catch a planted mistake".to_owned()
        }
    }
}

/// Reads `[[compile]]`.
pub(super) fn read_compile(root: &Table<'_, '_>) -> Vec<CompileSpec> {
    root.unique_tables(
        "compile",
        |table| {
            let name = table.text("name", "the program's file below compile/, without `.rs`");
            let must = table.text("must", "\"build\" or \"fail\"");
            let code = table.optional_text("code");
            let shows = table.text("shows", "what a pass shows");
            let starter = read_starter(table);
            let must = read_must(table, must?, code)?;
            Some(CompileSpec {
                name: plain_name(table, "name", name?)?,
                must,
                shows: shows?.value,
                starter,
            })
        },
        CompileSpec::id,
    )
}

fn read_must(table: &Table<'_, '_>, must: At<String>, code: Option<At<String>>) -> Option<Must> {
    match (must.value.as_str(), code) {
        ("build", None) => Some(Must::Build),
        ("build", Some(code)) => {
            bad(table, "code", code, "no `code`: the program has to build");
            None
        }
        ("fail", Some(code)) if is_error_code(&code.value) => Some(Must::Fail(code.value)),
        ("fail", Some(code)) => {
            bad(table, "code", code, "an error code such as \"E0308\"");
            None
        }
        ("fail", None) => {
            let expected = "the error code, such as \"E0308\"";
            table.missing("code", expected);
            None
        }
        _ => {
            bad(table, "must", must, "\"build\" or \"fail\"");
            None
        }
    }
}

fn is_error_code(text: &str) -> bool {
    text.len() == 5 && text.starts_with('E') && text[1..].bytes().all(|b| b.is_ascii_digit())
}

/// Reads `[[ratios]]`.
pub(super) fn read_ratios(root: &Table<'_, '_>) -> Vec<RatioSpec> {
    root.unique_tables(
        "ratios",
        |table| {
            let name = table.text(
                "name",
                "the test that measures, and the figure that it reports",
            );
            let target = table.optional_text("target");
            let at_least = table.number("at_least", "how many times as fast as the starter");
            let shows = table.text("shows", "what a pass shows");
            let target = match target {
                Some(target) => plain_name(table, "target", target)?,
                None => "speed".to_owned(),
            };
            let at_least = at_least?;
            // A smaller effect can't be told from noise on a busy machine.
            if at_least.value < LEAST_RATIO {
                let found = at_least.value.to_string();
                let expected = format!("at least {LEAST_RATIO}: less can't be told from noise");
                let key = "at_least".to_owned();
                table.note(
                    at_least.span,
                    ProblemKind::BadValue {
                        key,
                        found,
                        expected,
                    },
                );
                return None;
            }
            Some(RatioSpec {
                target,
                name: plain_name(table, "name", name?)?,
                at_least: at_least.value,
                shows: shows?.value,
            })
        },
        RatioSpec::id,
    )
}

/// The smallest ratio that may be asked for: measured on a busy two-core machine, equal work came out
/// within 1.10 each time, and gates from 1.25 on held.
const LEAST_RATIO: f64 = 1.25;

const EXPECTED: &str = "a lint such as \"clippy::unwrap_used\"";

/// Reads `[[clippy]]`.
pub(super) fn read_clippy(root: &Table<'_, '_>) -> Vec<ClippySpec> {
    root.unique_tables(
        "clippy",
        |table| {
            let lint = table.text("lint", EXPECTED);
            let shows = table.text("shows", "what a pass shows");
            let starter = read_starter(table);
            let lint = lint?;
            if !lint.value.starts_with("clippy::") && lint.value != EVERY_WARNING {
                bad(table, "lint", lint, EXPECTED);
                return None;
            }
            Some(ClippySpec {
                lint: lint.value,
                shows: shows?.value,
                starter,
            })
        },
        |spec: &ClippySpec| spec.lint.clone(),
    )
}

/// Reads `[suite]` and `[[mutants]]`; each needs the other.
pub(super) fn read_suite(root: &Table<'_, '_>) -> (Option<Suite>, Vec<MutantSpec>) {
    let suite = root.optional_table("suite", |table| {
        let target = table.text(
            "target",
            "the learner's test file below tests/, without `.rs`",
        );
        let shows = table.text("shows", "what a pass shows");
        let starter = read_starter(table);
        if root.lacks("mutants") {
            let expected = "at least one `[[mutants]]` table: without them any suite passes";
            let key = "mutants";
            table.note(table.span(), ProblemKind::MissingKey { key, expected });
        }
        Some(Suite {
            target: plain_name(table, "target", target?)?,
            shows: shows?.value,
            starter,
        })
    });
    let mutants = root.unique_tables(
        "mutants",
        |table| {
            let name = table.text("name", "the folder below mutants/");
            let behaviour =
                table.text("behaviour", "what it does wrong, as a user would report it");
            let correct = table.optional_flag("correct").unwrap_or(false);
            let starter = read_starter(table);
            Some(MutantSpec {
                name: plain_name(table, "name", name?)?,
                behaviour: behaviour?.value,
                correct,
                starter,
            })
        },
        MutantSpec::id,
    );
    if !root.has("suite") && !root.lacks("mutants") {
        let expected = "a `[suite]` table: the tests that the mutants are for";
        root.missing("suite", expected);
    }
    (suite.flatten(), mutants)
}

/// A name that is one file or folder, and leads nowhere else.
pub(super) fn plain_name(table: &Table<'_, '_>, key: &str, name: At<String>) -> Option<String> {
    let plain = name
        .value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain {
        return Some(name.value);
    }
    bad(table, key, name, "letters, digits and underscores");
    None
}

fn bad(table: &Table<'_, '_>, key: &str, found: At<String>, expected: &str) {
    let kind = ProblemKind::BadValue {
        key: key.to_owned(),
        found: format!("`{}`", found.value),
        expected: expected.to_owned(),
    };
    table.note(found.span, kind);
}
