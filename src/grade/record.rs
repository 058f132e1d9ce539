//! What grading says of one submission's files for one exercise. One format, with a version.

use serde::{Deserialize, Serialize};

use super::cell::{Reach, Walls};

/// The version of the format.
pub const VERSION: u32 = 1;

/// The result for one submission and one exercise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// [`VERSION`].
    pub version: u32,
    /// The submission's name.
    pub submission: String,
    /// The exercise's id.
    pub exercise: String,
    /// Identifies everything that the result depends on: files, tests, toolchain, course, and how it is
    /// graded.
    pub key: String,
    /// The course and its version.
    pub course: String,
    /// The compiler.
    pub toolchain: String,
    /// How far the result can be relied on.
    pub trust: Trust,
    /// Which walls stood around everything that was compiled and run.
    pub walls: Walls,
    /// How far its tests reached inside of them.
    #[serde(default, skip_serializing_if = "Reach::is_nothing")]
    pub reach: Reach,
    /// What came out.
    pub outcome: Outcome,
    /// Each check, in the course's order.
    pub checks: Vec<GradedCheck>,
    /// Files of the submission that were left aside, each with why.
    pub ignored: Vec<String>,
}

/// Where the expectations are while the submission's code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// In the submission's own process: what breaks the language's guarantees can read and forge.
    InProcess,
    /// In another process: the submission only ever answers.
    Sealed,
}

impl Trust {
    /// As it is written in results.
    pub fn name(self) -> &'static str {
        match self {
            Trust::InProcess => "in-process",
            Trust::Sealed => "sealed",
        }
    }
}

/// What came of a submission or of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// It holds; of a submission: everything does.
    Passed,
    /// It does not.
    Failed {
        /// In which way, in a few words.
        how: String,
    },
    /// There was nothing to judge.
    NotRun {
        /// Why, and what to do.
        why: String,
    },
    /// The grader could not. Never counted as a zero, nor as anything.
    CouldNotJudge {
        /// Why, and what to do.
        why: String,
    },
}

impl Outcome {
    /// One word or three.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed { .. } => "failed",
            Outcome::NotRun { .. } => "not run",
            Outcome::CouldNotJudge { .. } => "could not judge",
        }
    }

    /// What goes with the word.
    pub fn detail(&self) -> &str {
        match self {
            Outcome::Passed => "",
            Outcome::Failed { how } => how,
            Outcome::NotRun { why } | Outcome::CouldNotJudge { why } => why,
        }
    }

    /// Whether something was found out about the submission.
    pub fn is_judged(&self) -> bool {
        !matches!(self, Outcome::CouldNotJudge { .. })
    }
}

/// Who may see a check, before any policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The learner has it.
    Visible,
    /// Only grading does.
    Hidden,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradedCheck {
    /// `<target>::<test>`, `budget::<figure>` …
    pub id: String,
    /// What a pass shows.
    pub shows: String,
    /// Whether the learner has it.
    pub kind: Kind,
    /// How it went.
    pub outcome: Outcome,
    /// Milliseconds.
    pub took_ms: u64,
    /// The figure of a budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<f64>,
    /// The end of what it printed, if it did not pass. Written by the submission: nothing may be believed of
    /// it, and whoever shows it has to make it harmless.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
}

impl Grade {
    /// How many checks passed, and how many there are.
    pub fn tally(&self) -> (usize, usize) {
        let passed = self
            .checks
            .iter()
            .filter(|check| check.outcome == Outcome::Passed);
        (passed.count(), self.checks.len())
    }

    /// How far it can be relied on, and how far its tests reached, in words.
    pub fn manner(&self) -> String {
        let trust = self.trust.name();
        match self.reach {
            Reach::Nothing => trust.to_owned(),
            Reach::Itself => format!("{trust}, counts what it has"),
            Reach::Addresses => format!("{trust}, has addresses of its own"),
            Reach::Processes => format!("{trust}, has addresses and processes of its own"),
        }
    }

    /// The outcome that follows from the checks.
    pub fn sum_up(checks: &[GradedCheck]) -> Outcome {
        let unjudged = checks.iter().find(|check| !check.outcome.is_judged());
        if let Some(check) = unjudged {
            let why = format!("`{}`: {}", check.id, check.outcome.detail());
            return Outcome::CouldNotJudge { why };
        }
        let passed = checks
            .iter()
            .filter(|check| check.outcome == Outcome::Passed)
            .count();
        if passed == checks.len() && passed > 0 {
            return Outcome::Passed;
        }
        let how = format!("{passed} of {} checks pass", checks.len());
        Outcome::Failed { how }
    }
}
