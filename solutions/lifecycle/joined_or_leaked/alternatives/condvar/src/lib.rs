//! A value that a thread of its own keeps fresh.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The result of the last load, at hand without waiting.
///
/// The first load happens in [`start`](Self::start). After that a thread loads again each time the
/// period has passed. The thread ends with the value: when `drop` returns, it is gone, and so are the
/// loader and what it captured. A load in progress is waited for.
#[derive(Debug)]
pub struct Refreshed<T> {
    current: Arc<Mutex<Arc<T>>>,
    end: Arc<End>,
    thread: Option<JoinHandle<()>>,
}

/// Whether the thread has to end, and the bell that tells it to look.
#[derive(Debug, Default)]
struct End {
    wanted: Mutex<bool>,
    bell: Condvar,
}

impl End {
    fn want(&self) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_one();
    }

    /// Waits for the period, or for the end. Tells whether the end came first.
    ///
    /// The flag is looked at under the lock before the first wait and after each one. So neither a
    /// bell that rang too early nor a wake-up without a bell is mistaken for anything.
    fn comes_within(&self, period: Duration) -> bool {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let (wanted, _) = self
            .bell
            .wait_timeout_while(wanted, period, |wanted| !*wanted)
            .unwrap_or_else(PoisonError::into_inner);
        *wanted
    }
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
        let end = Arc::new(End::default());
        let ending = Arc::clone(&end);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                while !ending.comes_within(period) {
                    // Not under the lock: `get` must not wait for a load, nor a panic poison it.
                    let fresh = Arc::new(load());
                    *shared.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
                }
            })?;
        Ok(Self {
            current,
            end,
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
        self.end.want();
        if let Some(thread) = self.thread.take() {
            // An error means that a load panicked. The panic hook has reported that, and a second
            // panic here would abort the process if the owner is unwinding.
            let _ = thread.join();
        }
    }
}
