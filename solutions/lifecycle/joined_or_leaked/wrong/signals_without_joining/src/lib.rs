//! A value that a thread of its own keeps fresh.

use std::convert::Infallible;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The result of the last load, at hand without waiting.
///
/// The first load happens in [`start`](Self::start). After that a thread loads again each time the
/// period has passed. The thread ends with the value: when `drop` returns, it is gone, and so are the
/// loader and what it captured. A load in progress is waited for.
#[derive(Debug)]
pub struct Refreshed<T> {
    current: Arc<Mutex<Arc<T>>>,
    /// Says "go on" by being there. Nothing is ever sent, so a message can't be forgotten.
    go_on: Option<Sender<Infallible>>,
}

impl<T: Send + Sync + 'static> Refreshed<T> {
    /// Loads once, on the caller's thread, and starts the thread that repeats it. The thread gets
    /// the name that is given.
    ///
    /// A load that panics ends the thread; the value stays what it was.
    ///
    /// # Errors
    ///
    /// Fails if the system starts no further thread.
    pub fn start(
        name: &str,
        period: Duration,
        mut load: impl FnMut() -> T + Send + 'static,
    ) -> io::Result<Self> {
        let current = Arc::new(Mutex::new(Arc::new(load())));
        let shared = Arc::clone(&current);
        let (go_on, gone) = mpsc::channel::<Infallible>();
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // One call waits for the period or for the end, whichever comes first. Unlike a
                // notification, a closed channel is also seen by a thread that was busy meanwhile.
                while let Err(RecvTimeoutError::Timeout) = gone.recv_timeout(period) {
                    // Not under the lock: `get` must not wait for a load, nor a panic poison it.
                    let fresh = Arc::new(load());
                    *shared.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
                }
            })?;
        Ok(Self {
            current,
            go_on: Some(go_on),
        })
    }

    /// What the last finished load returned.
    pub fn get(&self) -> Arc<T> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }
}

impl<T> Drop for Refreshed<T> {
    fn drop(&mut self) {
        drop(self.go_on.take());
    }
}
