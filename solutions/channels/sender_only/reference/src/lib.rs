//! The nightly check of a web site: threads look at pages, and one place collects what they find.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SendError, Sender};
use std::thread;

/// Something that is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The page's path.
    pub page: String,
    /// What is wrong with it.
    pub problem: String,
}

/// The sending half: what a thread that checks pages is given. A clone is one more reporter.
// A type of its own and not an alias. The channel is closed when the last of these is gone, so it has to
// be plain from every signature who holds one.
#[derive(Debug, Clone)]
pub struct Reporter {
    findings: Sender<Finding>,
}

/// The receiving half: an iterator over the findings, which ends when all reporters are gone and
/// everything that they reported has been handed out.
// No `Clone`: two collectors would get half of the findings each.
#[derive(Debug)]
pub struct Collector {
    findings: Receiver<Finding>,
}

/// A channel for findings: who reports them, and who collects them.
#[must_use]
pub fn channel() -> (Reporter, Collector) {
    let (sender, receiver) = mpsc::channel();
    (
        Reporter { findings: sender },
        Collector { findings: receiver },
    )
}

impl Reporter {
    /// Hands a finding to the collector. Never waits.
    ///
    /// # Errors
    ///
    /// Gives the finding back if the collector is gone.
    pub fn report(&self, finding: Finding) -> Result<(), Finding> {
        self.findings
            .send(finding)
            .map_err(|SendError(finding)| finding)
    }
}

impl Iterator for Collector {
    type Item = Finding;

    fn next(&mut self) -> Option<Finding> {
        self.findings.recv().ok()
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
                        // Fails when nobody collects any more; then there is no point in going on.
                        if reporter.report(Finding { page, problem }).is_err() {
                            return;
                        }
                    }
                }
            });
        }
        // This one was only there to be cloned. The loop below ends when the last reporter is gone, and
        // in this function it would be gone after the loop.
        drop(reporter);
        collector.collect()
    })
}
