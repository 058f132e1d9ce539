//! Threads of a model. Each has a name, by which the record calls it.

use super::clock::Clock;
use super::record;

/// Starts a thread. A model has four at most beside its first one.
///
/// # Panics
///
/// Panics outside of a model, and if the model has too many threads.
#[track_caller]
pub fn spawn<T, F>(name: &str, work: F) -> JoinHandle<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let before = record::knowledge();
    let thread = loom::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            record::goes_on_after(&before);
            let value = work();
            (value, record::knowledge())
        })
        .expect("a thread of a model is no thread of the system, which could refuse");
    JoinHandle { thread }
}

/// Lets the other threads take steps; see [`spin_loop`](super::hint::spin_loop).
pub fn yield_now() {
    if !record::stopped() {
        loom::thread::yield_now();
    }
}

/// A thread that can be waited for.
#[derive(Debug)]
pub struct JoinHandle<T> {
    thread: loom::thread::JoinHandle<(T, Clock)>,
}

impl<T> JoinHandle<T> {
    /// Waits for the thread and returns its value. A thread that panics ends the whole exploration.
    #[track_caller]
    pub fn join(self) -> T {
        let (value, known) = self
            .thread
            .join()
            .expect("loom never returns the panic of a thread");
        record::goes_on_after(&known);
        value
    }
}
