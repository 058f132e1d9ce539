//! What a server counts while it works. Each worker is a thread with a core of its own.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// What cores fetch and own as one piece. Lines have 64 bytes on x86-64 and are fetched in pairs; on some ARM cores they have 128.
pub const LINE: usize = 128;

/// The counters of a server.
#[derive(Debug)]
pub struct Stats {
    /// Written all the time, so neither of the others is on its line. Those two are only read, and may
    /// lie together in the caches of all cores.
    accepted: Alone<AtomicU64>,
    paused: AtomicBool,
    workers: Vec<Worker>,
}

/// What one worker counts. Nobody else writes to it.
///
/// The whole of it has the line and not each counter: a worker touches all three at each request.
#[derive(Debug, Default)]
pub struct Worker(Alone<Counts>);

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
    errors: AtomicU64,
    bytes: AtomicU64,
}

/// A value that shares its lines with nothing else: the size of a type is a multiple of its alignment.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Alone<T>(T);

const _: () = assert!(align_of::<Alone<u8>>() == LINE, "`repr` takes no constants");

/// All workers together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Requests that were answered.
    pub requests: u64,
    /// Those of them that were answered with an error.
    pub errors: u64,
    /// Bytes that were sent.
    pub bytes: u64,
}

impl Stats {
    /// Counters for so many workers, all at nought.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        Stats {
            accepted: Alone(AtomicU64::new(0)),
            paused: AtomicBool::new(false),
            workers: (0..workers).map(|_| Worker::default()).collect(),
        }
    }

    /// The connections so far. The acceptor writes to it at each.
    #[must_use]
    pub fn accepted(&self) -> &AtomicU64 {
        &self.accepted.0
    }

    /// Whether workers are to wait. Each of them looks before each request; it changes once in a month.
    #[must_use]
    pub fn paused(&self) -> &AtomicBool {
        &self.paused
    }

    /// The counters of a worker.
    ///
    /// # Panics
    ///
    /// If there is no such worker.
    #[must_use]
    pub fn worker(&self, number: usize) -> &Worker {
        &self.workers[number]
    }

    /// What all workers have counted. While they work it is what each of them had at some moment.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for Worker(Alone(worker)) in &self.workers {
            totals.requests += worker.requests.load(Relaxed);
            totals.errors += worker.errors.load(Relaxed);
            totals.bytes += worker.bytes.load(Relaxed);
        }
        totals
    }
}

impl Worker {
    /// Requests that were answered.
    #[must_use]
    pub fn requests(&self) -> &AtomicU64 {
        &self.0.0.requests
    }

    /// Those of them that were answered with an error.
    #[must_use]
    pub fn errors(&self) -> &AtomicU64 {
        &self.0.0.errors
    }

    /// Bytes that were sent.
    #[must_use]
    pub fn bytes(&self) -> &AtomicU64 {
        &self.0.0.bytes
    }
}
