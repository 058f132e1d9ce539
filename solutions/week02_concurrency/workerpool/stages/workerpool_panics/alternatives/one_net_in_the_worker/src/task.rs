//! A job as the queue sees it: something to run once.

use crate::panics::contain;
use crate::ticket::{JobError, Promise};

/// What waits in the queue. A trait of the pool's own and not `FnOnce`, because a task that is refused is
/// taken apart again, and the caller gets the closure that it gave.
///
/// `run` may panic when it drops a value that nobody takes.
pub(crate) trait Run: Send {
    fn run(self: Box<Self>);
}

/// Nobody is told how it ended.
pub(crate) struct Untold<F>(pub(crate) F);

/// Somebody has a ticket for it.
pub(crate) struct Told<F, T> {
    pub(crate) job: F,
    pub(crate) promise: Promise<T>,
}

impl<F: FnOnce() + Send> Run for Untold<F> {
    fn run(self: Box<Self>) {
        // Nobody to tell. The panic hook has printed it.
        let _ = contain(self.0);
    }
}

impl<T: Send, F: FnOnce() -> T + Send> Run for Told<F, T> {
    fn run(self: Box<Self>) {
        let Self { job, promise } = *self;
        // The call consumes the closure, so what it owned is gone before anybody is told.
        // Caught here and not in the worker, because here is who has to be told.
        let outcome = contain(job).map_err(|message| JobError::Panicked { message });
        // If nobody waits, the value is dropped here. The worker catches what that may throw.
        drop(promise.keep(outcome));
    }
}
