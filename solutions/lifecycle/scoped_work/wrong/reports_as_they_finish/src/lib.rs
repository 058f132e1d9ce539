//! The nightly audit of a ledger, on several threads.

use std::fmt;
use std::num::NonZeroUsize;
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose money it is.
    pub account: String,
    /// What the bank wrote.
    pub memo: String,
    /// Positive if it came in.
    pub cents: i64,
}

/// Something that every entry has to keep.
#[derive(Clone)]
pub struct Rule {
    /// As it stands in the report.
    pub name: String,
    /// Whether an entry keeps the rule.
    pub keeps: Arc<dyn Fn(&Entry) -> bool + Send + Sync>,
}

/// An entry does not keep a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// The index of the entry.
    pub entry: usize,
    /// The index of the rule.
    pub rule: usize,
}

/// Checks every entry by every rule, and returns the violations in the order of the entries, those of one
/// entry in the order of the rules.
///
/// Both lists are shared by the workers, and copied for none of them. No worker is left when this returns
/// or panics.
///
/// # Panics
///
/// Passes on the panic of a rule, once the other workers are done.
#[must_use]
pub fn audit(entries: &[Entry], rules: &[Rule], workers: NonZeroUsize) -> Vec<Violation> {
    let share = entries.len().div_ceil(workers.get()).max(1);
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (number, part) in entries.chunks(share).enumerate() {
            let found = &found;
            threads.push(scope.spawn(move || {
                let violations = check(number * share, part, rules);
                found
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(violations);
            }));
        }
        for thread in threads {
            if let Err(payload) = thread.join() {
                panic::resume_unwind(payload);
            }
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Checks a part of the ledger whose first entry has this index.
fn check(first: usize, part: &[Entry], rules: &[Rule]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (entry, line) in (first..).zip(part) {
        for (rule, Rule { keeps, .. }) in rules.iter().enumerate() {
            if !keeps(line) {
                found.push(Violation { entry, rule });
            }
        }
    }
    found
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
