//! A bound on how many calls are in flight at a time.

use std::num::NonZeroUsize;

use tokio::sync::{Mutex, mpsc};

/// Lets so many calls be in flight at a time; the others wait, and start in the order in which they came.
#[derive(Debug)]
pub struct Limit {
    /// The places that are free. Who has the lock is next; tokio's lock has a queue.
    free: Mutex<mpsc::Receiver<()>>,
    back: mpsc::Sender<()>,
}

/// A place that is taken. Dropping it gives it back.
struct Place<'a>(&'a mpsc::Sender<()>);

impl Limit {
    /// At most so many at a time.
    #[must_use]
    pub fn new(most: NonZeroUsize) -> Self {
        let (back, free) = mpsc::channel(most.get());
        for _ in 0..most.get() {
            give_back(&back);
        }
        Self {
            free: Mutex::new(free),
            back,
        }
    }

    /// Waits for a place, runs the call, and returns its answer. A call that panics does so here.
    pub async fn run<F: Future>(&self, call: F) -> F::Output {
        // The lock is over with the statement; the place lasts as long as the call.
        self.free.lock().await.recv().await;
        let _place = Place(&self.back);
        call.await
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        give_back(self.0);
    }
}

fn give_back(places: &mpsc::Sender<()>) {
    // There is room: the channel holds as many as there are places.
    let _ = places.try_send(());
}
