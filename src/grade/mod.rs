//! Grades what nobody trusts: reads, compiles and runs submissions in a box, and says what came of each and
//! how far that can be relied on.
//!
//! Architecture invariant: a submission's bytes are data to this program. They are read by handle, looked at
//! as tokens, and compiled and run by processes in boxes; no name, line or file of theirs decides anything.

mod bench;
mod calls;
mod cell;
mod class;
mod compiler;
mod examine;
mod export;
#[cfg(test)]
mod fixture;
mod in_use;
mod intake;
mod kinds;
mod marks;
mod merge;
mod object_store;
mod objects;
mod pins;
mod plain;
mod plan;
mod points;
mod policy;
mod proof;
mod record;
mod regrade;
mod rehearsal;
mod rewrite;
mod run;
#[cfg(test)]
mod scale;
mod scan;
mod scratch;
mod seal;
mod sealed;
mod show;
mod speed;
mod store;
mod submission;
mod suite;
mod together;
mod way;
mod workshop;

pub use bench::is_gradable;
pub use cell::{DetectError, Detected, Walls, detect};
pub use class::{Class, How, TakeError};
pub use export::{Export, Exported, Format};
pub use intake::printable;
pub use merge::{Merged, merge};
pub use plan::{Part, Shard, parts};
pub use points::{Score, Times, times};
pub use policy::Policy;
pub use record::{Grade, GradedCheck, Kind, Outcome, Trust, VERSION};
pub use regrade::{Ledger, Move, ledger, moves};
pub use rehearsal::Rehearsal;
pub use run::{Grader, Job, RunError, Tally, Told, run};
pub use store::{Store, StoreError};
pub use submission::{Submission, SubmissionError};
pub use workshop::{Made, Workshop, WorkshopError};

/// If this process was started to be something else than `workbook`: to enter a box, or to note what cargo
/// asks of the compiler.
pub fn inside() -> Option<std::process::ExitCode> {
    cell::inside().or_else(calls::note)
}
