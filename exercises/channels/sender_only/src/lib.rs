//! The nightly check of a web site: threads look at pages, and one place collects what they find.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SendError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Something that is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The page's path.
    pub page: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What a thread that checks pages is given. A clone is one more reporter.
pub type Reporter = Channel;

/// What the thread that writes the mail is given: an iterator over the findings.
pub type Collector = Channel;

/// Both halves, so that there is one thing to hand around.
#[derive(Debug, Clone)]
pub struct Channel {
    sender: Sender<Finding>,
    receiver: Arc<Mutex<Receiver<Finding>>>,
}

/// A channel for findings: who reports them, and who collects them.
#[must_use]
pub fn channel() -> (Reporter, Collector) {
    let (sender, receiver) = mpsc::channel();
    let reporter = Channel {
        sender,
        receiver: Arc::new(Mutex::new(receiver)),
    };
    let collector = reporter.clone();
    (reporter, collector)
}

impl Channel {
    /// Hands a finding to the collector. Never waits.
    ///
    /// # Errors
    ///
    /// Gives the finding back if the collector is gone.
    pub fn report(&self, finding: Finding) -> Result<(), Finding> {
        self.sender
            .send(finding)
            .map_err(|SendError(finding)| finding)
    }
}

impl Iterator for Channel {
    type Item = Finding;

    fn next(&mut self) -> Option<Finding> {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        receiver.recv().ok()
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
        collector.collect()
    })
}
