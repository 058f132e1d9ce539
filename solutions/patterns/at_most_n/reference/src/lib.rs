//! A bound on how many calls are in flight at a time.

use std::num::NonZeroUsize;

use tokio::sync::Semaphore;

/// Lets so many calls be in flight at a time; the others wait, and start in the order in which they came.
///
/// A call is in flight from its first poll until its future is dropped. However it ends, by an answer, by
/// a panic or by being dropped, its place goes to the call that has waited longest.
#[derive(Debug)]
pub struct Limit {
    /// Tokio's semaphore and not a counter: it has the queue that makes the order, it hands a free
    /// place to the first in the queue so that nobody can come between, and its permit gives the place
    /// back in `Drop`.
    places: Semaphore,
}

impl Limit {
    /// At most so many at a time.
    ///
    /// # Panics
    ///
    /// Panics if that is more than [`Semaphore::MAX_PERMITS`].
    #[must_use]
    pub fn new(most: NonZeroUsize) -> Self {
        Self {
            places: Semaphore::new(most.get()),
        }
    }

    /// Waits for a place, runs the call, and returns its answer. A call that panics does so here.
    ///
    /// If the returned future is dropped, so is the call. Its place, or its turn, goes to the next.
    pub async fn run<F: Future>(&self, call: F) -> F::Output {
        // A named binding: `let _ =` would drop the permit in this line. It is declared before the call
        // is awaited, so on each way out the call's future goes first and its place after it.
        let _place = self
            .places
            .acquire()
            .await
            .expect("nobody closes this semaphore");
        call.await
    }
}
