//! Keeps a program in place while tests start it.
//!
//! A test knows the program of its own package by a path that cargo wrote into it (`CARGO_BIN_EXE_…`), and a
//! later build of a package of that name puts another program there: another candidate's, or another stage's.

use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::candidate::Candidate;

/// Where the builder waits before it would replace a program that tests may still start.
#[derive(Default)]
pub(super) struct Turnstile {
    /// So many batches, from the first on, have nothing left to run.
    settled: Mutex<usize>,
    moved: Condvar,
}

impl Turnstile {
    /// Waits, if this batch would replace a program of an earlier one, until all earlier ones have settled.
    pub fn pass(&self, batches: &[Vec<&Candidate>], at: usize) {
        if !replaces_a_program(batches, at) {
            return;
        }
        let mut settled = self.lock();
        while *settled < at {
            settled = self
                .moved
                .wait(settled)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The first `batches` batches have nothing left to run.
    pub fn settle(&self, batches: usize) {
        *self.lock() = batches;
        self.moved.notify_all();
    }

    /// Nobody waits here any longer.
    pub fn open(&self) {
        self.settle(usize::MAX);
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn replaces_a_program(batches: &[Vec<&Candidate>], at: usize) -> bool {
    let earlier = || batches[..at].iter().flatten();
    let mut programs = batches[at].iter().filter(|one| has_program(one));
    programs.any(|one| earlier().any(|other| other.exercise.package == one.exercise.package))
}

fn has_program(candidate: &Candidate) -> bool {
    let mut paths = candidate.files.iter().map(|file| &file.path);
    paths.any(|path| path == Path::new("src/main.rs") || path.starts_with("src/bin"))
}
