//! A value that a thread of its own keeps fresh.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The result of the last load, at hand without waiting.
///
/// The first load happens in [`start`](Self::start). After that a thread loads again each time the
/// period has passed.
#[derive(Debug)]
pub struct Refreshed<T> {
    current: Arc<Mutex<Arc<T>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
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
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                loop {
                    thread::sleep(period);
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let fresh = Arc::new(load());
                    *shared.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
                }
            })?;
        Ok(Self {
            current,
            stop,
            thread: Some(thread),
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
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
