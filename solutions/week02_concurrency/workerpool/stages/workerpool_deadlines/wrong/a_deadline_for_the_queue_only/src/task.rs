//! A job as the queue sees it: something to run once.

use crate::panics::{contain, dispose};
use crate::ticket::{JobError, Promise};
use crate::token::Token;

/// What waits in the queue. A trait of the pool's own and not `FnOnce`, because a task that is refused is
/// taken apart again, and the caller gets the closure that it gave.
///
/// Architecture invariant: neither method panics, whatever the job does. The loop of the worker relies on
/// it.
pub(crate) trait Run: Send {
    fn run(self: Box<Self>);

    /// Throws the job away, and tells why.
    fn discard(self: Box<Self>, why: JobError);
}

/// Nobody is told how it ended.
pub(crate) struct Untold<F>(pub(crate) F);

/// Somebody has a ticket for it.
pub(crate) struct Told<F, T> {
    pub(crate) job: F,
    pub(crate) promise: Promise<T>,
}

/// Somebody has a ticket for it, and it is told when it should end.
pub(crate) struct Guided<F, T> {
    pub(crate) job: F,
    pub(crate) promise: Promise<T>,
    pub(crate) token: Token,
}

impl<F: FnOnce() + Send> Run for Untold<F> {
    fn run(self: Box<Self>) {
        // Nobody to tell. The panic hook has printed it.
        let _ = contain(self.0);
    }

    fn discard(self: Box<Self>, _why: JobError) {
        dispose(self.0);
    }
}

impl<T: Send, F: FnOnce() -> T + Send> Run for Told<F, T> {
    fn run(self: Box<Self>) {
        end(self.job, self.promise);
    }

    fn discard(self: Box<Self>, why: JobError) {
        throw_away(self.job, self.promise, why);
    }
}

impl<T: Send, F: FnOnce(&Token) -> T + Send> Run for Guided<F, T> {
    fn run(self: Box<Self>) {
        let Self {
            job,
            promise,
            token,
        } = *self;
        end(|| job(&token), promise);
    }

    fn discard(self: Box<Self>, why: JobError) {
        throw_away(self.job, self.promise, why);
    }
}

/// Calls the job and tells how it ended. The call consumes the closure, so what it owned is gone before
/// anybody is told.
fn end<T>(job: impl FnOnce() -> T, promise: Promise<T>) {
    // Caught here and not in the worker, because here is who has to be told.
    let outcome = contain(job).map_err(|message| JobError::Panicked { message });
    // If nobody waits, the value is dropped here, and that is somebody else's code too.
    dispose(promise.keep(outcome));
}

/// Drops what the job owned, and then tells why it has not run.
fn throw_away<F, T>(job: F, promise: Promise<T>, why: JobError) {
    dispose(job);
    dispose(promise.keep(Err(why)));
}
