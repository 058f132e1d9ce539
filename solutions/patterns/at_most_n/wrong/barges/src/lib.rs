//! A bound on how many calls are in flight at a time.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// Lets so many calls be in flight at a time; the others wait.
#[derive(Debug)]
pub struct Limit {
    free: Mutex<usize>,
    freed: Notify,
}

/// A place that is taken. Dropping it gives it back.
struct Place<'a>(&'a Limit);

impl Limit {
    /// At most so many at a time.
    #[must_use]
    pub fn new(most: NonZeroUsize) -> Self {
        Self {
            free: Mutex::new(most.get()),
            freed: Notify::new(),
        }
    }

    /// Waits for a place, runs the call, and returns its answer.
    pub async fn run<F: Future>(&self, call: F) -> F::Output {
        let _place = loop {
            if let Some(place) = self.try_place() {
                break place;
            }
            self.freed.notified().await;
        };
        call.await
    }

    fn try_place(&self) -> Option<Place<'_>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free = free.checked_sub(1)?;
        Some(Place(self))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
