// What the tests of all stages share. A test that would hang reports after `PATIENCE`; nothing else
// depends on the figure.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::num::NonZeroUsize;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use probes::threads;
use workerpool::{Builder, Pool};

/// How long to wait for what must happen.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long to look whether something happens that must not. A right answer never depends on it.
pub const A_WHILE: Duration = Duration::from_millis(60);

pub fn builder(name: &str, workers: usize) -> Builder {
    Pool::builder(name).workers(NonZeroUsize::new(workers).expect("a pool has workers"))
}

pub fn pool(name: &str, workers: usize) -> Pool {
    builder(name, workers).start().expect("threads start")
}

/// Does `work` on another thread and returns what it returns, or fails with `what` and does not hang.
pub fn within<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, answer) = mpsc::channel();
    let worker = thread::spawn(move || {
        let value = work();
        let _ = done.send(value);
    });
    match answer.recv_timeout(PATIENCE) {
        Ok(value) => {
            worker.join().expect("it has reported already");
            value
        }
        Err(RecvTimeoutError::Timeout) => panic!("{what}: nothing after {PATIENCE:?}"),
        Err(RecvTimeoutError::Disconnected) => panic!("{what}: it panicked"),
    }
}

/// Waits until `holds`, and fails with `what` if it never does.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
        thread::yield_now();
    }
}

/// A gate that jobs wait at until it is opened. It opens by itself after twice [`PATIENCE`], so that no
/// test hangs at its own gate.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    pub fn wait(&self) {
        let open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self
            .0
            .1
            .wait_timeout_while(open, 2 * PATIENCE, |open| !*open);
        drop(wait.unwrap_or_else(PoisonError::into_inner));
    }

    /// As `wait`, for a job that must not go on if nobody opens the gate.
    pub fn wait_or_panic(&self) {
        self.wait();
        let open = *self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(open, "nobody has opened the gate");
    }
}

/// Keeps so many workers of the pool busy until the gate is opened, and returns when they are.
pub fn hold(pool: &Pool, workers: usize) -> Gate {
    let gate = Gate::default();
    let (begun, begins) = mpsc::channel();
    for _ in 0..workers {
        let (gate, begun) = (gate.clone(), begun.clone());
        let job = move || {
            let _ = begun.send(());
            gate.wait();
        };
        pool.execute(job).expect("the pool is open");
    }
    for nth in 1..=workers {
        begins.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            panic!(
                "{workers} jobs were given to {workers} free workers, and job {nth} has not begun"
            )
        });
    }
    gate
}

/// How many of so many jobs the pool runs at the same time: each waits until all are there.
pub fn seen_together(pool: &Pool, jobs: usize) -> usize {
    let meeting = Arc::new((Mutex::new((0, false)), Condvar::new()));
    let (tell, told) = mpsc::channel();
    for _ in 0..jobs {
        let (meeting, tell) = (Arc::clone(&meeting), tell.clone());
        let job = move || {
            let (here, all) = &*meeting;
            let mut now = here.lock().expect("no panic under the lock");
            now.0 += 1;
            all.notify_all();
            let wait = |now: &mut (usize, bool)| now.0 < jobs && !now.1;
            let (mut now, _) = all
                .wait_timeout_while(now, PATIENCE / 4, wait)
                .expect("no panic under the lock");
            let seen = now.0;
            // Whoever has waited in vain spares the others the wait.
            now.1 = true;
            now.0 -= usize::from(seen < jobs);
            all.notify_all();
            let _ = tell.send(seen);
        };
        pool.execute(job).expect("the pool is open");
    }
    drop(tell);
    let mut most = 0;
    while let Ok(seen) = told.recv_timeout(PATIENCE) {
        most = most.max(seen);
    }
    most
}

/// Drops the pool, and sees that no thread of it is left.
pub fn drop_and_count(pool: Pool, name: &str) {
    within("`drop` of the pool", move || drop(pool));
    assert_no_thread("`drop` of the pool has returned", name);
}

pub fn assert_no_thread(after: &str, name: &str) {
    if let Ok(left) = threads::settle_named(name, 0) {
        assert_eq!(left, 0, "{after}; threads of the pool that are left");
    }
}
