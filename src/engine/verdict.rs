//! What the checks said of exactly these bytes.

use std::time::Duration;

use serde::Serialize;

use super::capture::Captured;
use crate::candidate::Fingerprint;

/// The verdict on one candidate.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// The exercise's id.
    pub exercise: String,
    /// The bytes that were judged.
    pub fingerprint: Fingerprint,
    /// What came out.
    pub outcome: Outcome,
    /// Each check: the build, then tests, then budgets, in the course's order.
    pub checks: Vec<CheckResult>,
    /// Warnings of the compiler about the learner's files, as rendered.
    pub warnings: Vec<String>,
    /// The ids of tests that reported a figure.
    pub reporters: Vec<String>,
    /// The ids of tests that are there and that the course does not expect. They were not run.
    pub unexpected: Vec<String>,
    /// Wall time from the start of the build to the last check.
    #[serde(rename = "took_ms", serialize_with = "as_millis")]
    pub took: Duration,
}

impl Verdict {
    /// How many checks passed, and how many there are. The build is none of them: whether it fails or not, an
    /// exercise has as many checks.
    pub fn tally(&self) -> (usize, usize) {
        let counted = || self.checks.iter().filter(|check| check.id != "build");
        let passed = counted()
            .filter(|check| check.state == CheckState::Passed)
            .count();
        (passed, counted().count())
    }
}

/// What a verdict says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// Every check passed.
    Passed,
    /// At least one check did not.
    Failed,
    /// There was nothing to judge, or it was stopped.
    NotRun {
        /// In plain words, with what to do.
        why: String,
    },
    /// The environment or the course kept it from being judged; the learner's files did not.
    CouldNotJudge {
        /// In plain words, with what to do.
        why: String,
    },
}

/// One check and how it went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckResult {
    /// `build`, `<target>::<test>` or `budget::<figure>`.
    pub id: String,
    /// What a pass shows.
    pub shows: String,
    /// How it went.
    pub state: CheckState,
    /// Wall time, where the check is a process of its own.
    #[serde(rename = "took_ms", serialize_with = "as_millis")]
    pub took: Duration,
    /// The figure of a budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<FigureReading>,
}

/// A figure beside those it is compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureReading {
    /// What is counted.
    pub unit: String,
    /// The learner's, if it was reported.
    pub mine: Option<f64>,
    /// The largest that passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// The smallest that passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The starter's.
    pub starter: Option<f64>,
    /// The reference's.
    pub reference: Option<f64>,
    /// How far the measurements scatter, as a part of the figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<f64>,
}

/// How a check went.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CheckState {
    /// It holds.
    Passed,
    /// It does not.
    Failed {
        /// In which way.
        failure: Failure,
    },
    /// The environment kept it from being judged.
    CouldNotJudge {
        /// In plain words, with what to do.
        why: String,
    },
    /// Something before it failed.
    NotRun {
        /// What, in plain words.
        why: String,
    },
}

/// The ways in which a check fails, told apart because each calls for looking elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Failure {
    /// The compiler refused the learner's files.
    DoesNotBuild {
        /// As the compiler renders them, the first error first; with ANSI colours.
        errors: Vec<String>,
    },
    /// The learner's files build, but the tests no longer build against them.
    TestsDoNotBuild {
        /// The test target.
        target: String,
        /// As for `DoesNotBuild`.
        errors: Vec<String>,
    },
    /// The test ran to its end and said no: an assertion, a panic, an `Err`.
    Assertion {
        /// What it printed.
        output: TestOutput,
    },
    /// The test did not end in time.
    TimedOut {
        /// How long it had.
        #[serde(rename = "after_ms", serialize_with = "as_millis")]
        after: Duration,
        /// What it printed until then.
        output: TestOutput,
    },
    /// The process was ended by a signal: an abort, a stack overflow, no memory.
    Crashed {
        /// The signal's number.
        signal: i32,
        /// What it printed until then.
        output: TestOutput,
    },
    /// The process ended by itself before the test did.
    EarlyExit {
        /// Its exit code.
        code: i32,
        /// What it printed until then.
        output: TestOutput,
    },
    /// The test is there but marked `#[ignore]`.
    Ignored,
    /// The course expects the test and the test binary does not have it.
    Missing,
    /// The figure is over the budget.
    OverBudget,
    /// No test reported the figure.
    NeverReported,
    /// Not as many times as fast as the starter as it has to be.
    TooSlow,
    /// A program builds that must not.
    Builds,
    /// A program does not build, but for another reason than it must.
    OtherError {
        /// The code that every error must have.
        expected: String,
        /// As for `DoesNotBuild`.
        errors: Vec<String>,
    },
    /// A lint fires.
    Lint {
        /// As clippy renders them; with ANSI colours.
        warnings: Vec<String>,
    },
    /// The learner's tests pass a mutant.
    Survives {
        /// What the mutant does wrong.
        behaviour: String,
    },
    /// The learner's tests fail a variant that is right.
    RejectsCorrect {
        /// In what it differs.
        behaviour: String,
        /// What the tests printed.
        output: TestOutput,
    },
    /// A question is not answered, or not in the form that it asks for.
    NotAnswered,
    /// The answer is wrong.
    WrongAnswer,
    /// A file of answers or findings can't be read.
    BadAnswers {
        /// What is wrong, and what was expected.
        why: String,
    },
    /// The review's score is too low.
    Score {
        /// Defects found.
        found: usize,
        /// Defects there are.
        defects: usize,
        /// Findings that are no defects.
        false_alarms: usize,
        /// The score that passes.
        at_least: u32,
    },
}

impl Failure {
    /// What was printed, where something ran.
    pub fn into_output(self) -> TestOutput {
        match self {
            Failure::Assertion { output }
            | Failure::TimedOut { output, .. }
            | Failure::Crashed { output, .. }
            | Failure::EarlyExit { output, .. }
            | Failure::RejectsCorrect { output, .. } => output,
            _ => TestOutput::default(),
        }
    }
}

/// What a test process printed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TestOutput {
    /// Standard output, without the harness's own lines.
    pub stdout: Captured,
    /// Standard error: panics are here.
    pub stderr: Captured,
    /// Processes that the test left behind; they were ended.
    pub left_behind: usize,
}

pub(super) fn as_millis<S: serde::Serializer>(
    value: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    // A test of over half a billion years is out of scope.
    serializer.serialize_u64(u64::try_from(value.as_millis()).unwrap_or(u64::MAX))
}
