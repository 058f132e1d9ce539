//! Keeps a program in place while tests start it.
//!
//! A test knows the program of its own package by a path that cargo wrote into it (`CARGO_BIN_EXE_…`), and a
//! later build of a package of that name puts another program there: another candidate's, or another stage's.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::candidate::Candidate;

/// Where the builder waits before it would replace a program that tests may still start.
#[derive(Default)]
pub(super) struct Turnstile {
    inside: Mutex<Inside>,
    moved: Condvar,
}

#[derive(Default)]
struct Inside {
    /// Package with a program → how many of its candidates are built and not done with.
    open: BTreeMap<String, usize>,
    /// Nobody waits here any longer.
    is_off: bool,
}

impl Turnstile {
    /// Waits until nothing runs any longer that could start a program which this batch would replace.
    pub fn pass(&self, batch: &[&Candidate]) {
        let mut inside = self.lock();
        while !inside.is_off && programs(batch).any(|package| inside.open.contains_key(package)) {
            inside = self
                .moved
                .wait(inside)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// These are built, and their tests may run from now on.
    pub fn enter(&self, batch: &[&Candidate]) {
        let mut inside = self.lock();
        for package in programs(batch) {
            *inside.open.entry(package.to_owned()).or_default() += 1;
        }
    }

    /// Nothing of this candidate runs any longer. To be said once of each that has entered.
    pub fn leave(&self, candidate: &Candidate) {
        let mut inside = self.lock();
        for package in programs(&[candidate]) {
            let left = inside.open.get(package).map_or(0, |open| open - 1);
            if left == 0 {
                inside.open.remove(package);
            } else {
                inside.open.insert(package.to_owned(), left);
            }
        }
        self.moved.notify_all();
    }

    /// Nobody waits here any longer.
    pub fn open(&self) {
        self.lock().is_off = true;
        self.moved.notify_all();
    }

    /// No change of it is half done at a panic.
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The packages of those candidates that have a program.
fn programs<'c>(batch: &'c [&Candidate]) -> impl Iterator<Item = &'c str> {
    let with_program = batch.iter().filter(|one| has_program(one));
    with_program.map(|one| one.exercise.package.as_str())
}

fn has_program(candidate: &Candidate) -> bool {
    let mut paths = candidate.files.iter().map(|file| &file.path);
    paths.any(|path| path == Path::new("src/main.rs") || path.starts_with("src/bin"))
}
