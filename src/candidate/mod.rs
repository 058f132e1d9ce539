//! A candidate: an exercise and one set of owned files, held as bytes.
//!
//! What is judged is this snapshot, never the files on disk: nothing that is saved, moved or deleted
//! meanwhile can get into a verdict that does not name it.

mod environment;
mod fingerprint;
mod gather;
mod stage;
mod toolchain;

use std::path::PathBuf;
use std::sync::Arc;

use crate::course::{Exercise, TestSpec};

pub use environment::{Environment, EnvironmentError, SERVERS, helpers};
pub use fingerprint::Fingerprint;
pub(crate) use fingerprint::Hasher;
pub use gather::{GatherError, Sources, owned_files};
pub use stage::{begin_with, files_of_solution, starting_files};

/// One file of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateFile {
    /// Relative to the crate.
    pub path: PathBuf,
    /// The whole content.
    pub bytes: Vec<u8>,
}

/// Whose files these are. Candidates in different slots never share compiled code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The learner's own.
    Mine,
    /// Any other: `starter`, `reference`, `wrong_0` … The name is part of a path.
    Named(String),
}

impl Slot {
    /// The name of the slot's folder.
    pub fn folder(&self) -> &str {
        match self {
            Slot::Mine => "mine",
            Slot::Named(name) => name,
        }
    }

    /// The slot of small changes to one candidate, one after the other.
    pub const MUTANTS: &'static str = "mutants";

    /// Whether the next files here are the last ones with small changes.
    pub fn is_for_edits(&self) -> bool {
        match self {
            Slot::Mine => true,
            Slot::Named(name) => name == Slot::MUTANTS,
        }
    }

    /// Where crates lie below the slot's workspace. The learner's lie as in the desk, so that paths in
    /// messages are right as they are. Others lie one folder deeper: cargo derives the names of
    /// compiled files from paths relative to the workspace, and they have to differ.
    pub fn prefix(&self) -> Option<&str> {
        match self {
            Slot::Mine => None,
            Slot::Named(name) => Some(name),
        }
    }
}

/// Somebody else's owned files, to be measured beside the candidate's.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// `starter` or `reference`; part of a path.
    pub name: String,
    /// The owned files.
    pub files: Vec<CandidateFile>,
}

/// An exercise and the bytes to judge.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What is judged.
    pub exercise: Arc<Exercise>,
    /// Whose files.
    pub slot: Slot,
    /// Every file of the crate, sorted by path.
    pub files: Vec<CandidateFile>,
    /// The tests that are expected: the visible ones, and in grading the hidden ones.
    pub tests: Vec<TestSpec>,
    /// Others to measure beside: the owned files of the starter, and where it is asked for of the
    /// reference.
    pub baselines: Vec<Baseline>,
    /// Owned files of the starter that are not there. Such a candidate is never built.
    pub missing: Vec<PathBuf>,
    /// Identifies every byte that could change the verdict.
    pub fingerprint: Fingerprint,
}
