//! What happens while candidates are judged, as one stream that every consumer reads.

use std::time::Duration;

use serde::Serialize;

use super::build::Way;
use super::verdict::{CheckResult, Verdict, as_millis};

/// One thing that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A build of so many exercises begins.
    BuildStarted {
        /// How many.
        exercises: usize,
    },
    /// Another runner is building here; this one waits for its turn.
    Waiting,
    /// Dependencies are being brought from the registry; only on a machine that lacks them.
    Fetching,
    /// Cargo got on.
    BuildProgress {
        /// Units done.
        done: u32,
        /// Units in all.
        total: u32,
        /// The crates being compiled now.
        crates: String,
    },
    /// The compiler said something about an exercise; the first error comes before anything is linked.
    Diagnostic {
        /// The exercise.
        exercise: String,
        /// An error, or else a warning.
        is_error: bool,
        /// As rendered, with ANSI colours.
        rendered: String,
    },
    /// The build is over.
    BuildFinished {
        /// How many tests and programs cargo had linked with object code that was kept.
        linked: usize,
        /// Wall time.
        #[serde(rename = "took_ms", serialize_with = "as_millis")]
        took: Duration,
        /// The way that was taken.
        way: Way,
    },
    /// A test process was started.
    TestStarted {
        /// The exercise.
        exercise: String,
        /// `<target>::<name>`.
        check: String,
    },
    /// A check is over.
    CheckFinished {
        /// The exercise.
        exercise: String,
        /// How it went.
        result: Box<CheckResult>,
    },
    /// Everything about one candidate is known.
    Judged {
        /// The verdict.
        verdict: Box<Verdict>,
    },
}
