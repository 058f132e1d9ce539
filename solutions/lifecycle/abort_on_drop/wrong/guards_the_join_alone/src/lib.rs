//! Background tasks that belong to somebody.

use tokio::task::{AbortHandle, JoinError, JoinHandle};

/// A task that was started for its owner: the heartbeat of a session, the watcher of a file.
#[derive(Debug)]
pub struct Task<T> {
    handle: JoinHandle<T>,
}

struct Stop(AbortHandle);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> Task<T> {
    /// Starts a task.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            handle: tokio::spawn(work),
        }
    }

    /// Waits until the task has ended by itself.
    ///
    /// # Errors
    ///
    /// Fails if the task panicked.
    pub async fn join(self) -> Result<T, JoinError> {
        // Whoever drops this future drops the handle: the task has to be stopped then.
        let _stop = Stop(self.handle.abort_handle());
        self.handle.await
    }

    /// Tells the task to end at its next `.await`, and waits until it has. Returns what the task returned if
    /// it did so before, and `None` if it was cancelled or had panicked.
    pub async fn stop(self) -> Option<T> {
        self.handle.abort();
        self.handle.await.ok()
    }

    /// Lets the task go on by itself. Nobody will know how it ends, and what it returns is dropped.
    pub fn detach(self) {
        drop(self.handle);
    }
}
