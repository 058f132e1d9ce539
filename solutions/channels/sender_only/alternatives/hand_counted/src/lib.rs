//! The nightly check of a web site: threads look at pages, and one place collects what they find.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Something that is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The page's path.
    pub page: String,
    /// What is wrong with it.
    pub problem: String,
}

/// The sending half. A clone is one more reporter.
#[derive(Debug)]
pub struct Reporter {
    shared: Arc<Shared>,
}

/// The receiving half: an iterator over the findings.
#[derive(Debug)]
pub struct Collector {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    found: VecDeque<Finding>,
    reporters: usize,
    collected: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A channel for findings: who reports them, and who collects them.
#[must_use]
pub fn channel() -> (Reporter, Collector) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            found: VecDeque::new(),
            reporters: 1,
            collected: true,
        }),
        changed: Condvar::new(),
    });
    (
        Reporter {
            shared: Arc::clone(&shared),
        },
        Collector { shared },
    )
}

impl Reporter {
    /// Hands a finding to the collector. Never waits.
    ///
    /// # Errors
    ///
    /// Gives the finding back if the collector is gone.
    pub fn report(&self, finding: Finding) -> Result<(), Finding> {
        let mut state = self.shared.state();
        if !state.collected {
            return Err(finding);
        }
        state.found.push_back(finding);
        self.shared.changed.notify_one();
        Ok(())
    }
}

impl Clone for Reporter {
    fn clone(&self) -> Self {
        self.shared.state().reporters += 1;
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        self.shared.state().reporters -= 1;
        self.shared.changed.notify_one();
    }
}

impl Iterator for Collector {
    type Item = Finding;

    fn next(&mut self) -> Option<Finding> {
        let mut state = self
            .shared
            .changed
            .wait_while(self.shared.state(), |state| {
                state.found.is_empty() && state.reporters > 0
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.found.pop_front()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.collected = false;
        state.found.clear();
    }
}

/// Checks every page once, on so many threads, and returns what was found, in no particular order.
///
/// # Panics
///
/// Panics if `check` does.
pub fn audit(
    pages: &[String],
    threads: usize,
    check: impl Fn(&str) -> Option<String> + Sync,
) -> Vec<Finding> {
    let (reporter, collector) = channel();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (reporter, next, check) = (reporter.clone(), &next, &check);
            scope.spawn(move || {
                while let Some(page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(problem) = check(page) {
                        let page = page.clone();
                        if reporter.report(Finding { page, problem }).is_err() {
                            return;
                        }
                    }
                }
            });
        }
        drop(reporter);
        collector.collect()
    })
}
