//! A bound on how many calls are in flight at a time.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::sleep;

/// Lets so many calls be in flight at a time; the others wait.
#[derive(Debug)]
pub struct Limit {
    most: usize,
    in_flight: AtomicUsize,
}

impl Limit {
    /// At most so many at a time.
    #[must_use]
    pub fn new(most: NonZeroUsize) -> Self {
        Self {
            most: most.get(),
            in_flight: AtomicUsize::new(0),
        }
    }

    /// Waits for a place, runs the call, and returns its answer.
    pub async fn run<F: Future>(&self, call: F) -> F::Output {
        while self.in_flight.load(Ordering::Relaxed) >= self.most {
            sleep(Duration::from_millis(10)).await;
        }
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        let answer = call.await;
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        answer
    }
}
