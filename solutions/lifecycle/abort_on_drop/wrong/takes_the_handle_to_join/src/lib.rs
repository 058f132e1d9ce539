//! Background tasks that belong to somebody.

use tokio::task::{JoinError, JoinHandle};

/// A task that was started for its owner: the heartbeat of a session, the watcher of a file.
///
/// The task ends with this value. A dropped one is aborted: it ends at its next `.await`, and all that it
/// held is dropped, soon and not at once. Who has to know when calls [`stop`](Self::stop); who wants the
/// task to go on calls [`detach`](Self::detach).
#[derive(Debug)]
pub struct Task<T> {
    /// `None` once the task was let go, which is the one case in which dropping must not abort.
    handle: Option<JoinHandle<T>>,
}

impl<T: Send + 'static> Task<T> {
    /// Starts a task.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            handle: Some(tokio::spawn(work)),
        }
    }

    /// Waits until the task has ended by itself. If the returned future is dropped before, the task is
    /// aborted.
    ///
    /// # Errors
    ///
    /// Fails if the task panicked.
    pub async fn join(mut self) -> Result<T, JoinError> {
        self.ended().await
    }

    /// Tells the task to end at its next `.await`, and waits until it has. Returns what the task returned if
    /// it did so before, and `None` if it was cancelled or had panicked.
    pub async fn stop(mut self) -> Option<T> {
        self.abort();
        self.ended().await.ok()
    }

    /// Lets the task go on by itself. Nobody will know how it ends, and what it returns is dropped.
    pub fn detach(mut self) {
        // Dropping the handle is what detaches. `mem::forget(self)` would not abort either, but the handle
        // would count as held for ever, and the task's result would be kept for it.
        drop(self.handle.take());
    }

    async fn ended(&mut self) -> Result<T, JoinError> {
        let handle = self.handle.take();
        handle.expect("only once").await
    }
}

impl<T> Task<T> {
    fn abort(&self) {
        if let Some(handle) = &self.handle {
            handle.abort();
        }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        // Of no effect on a task that has ended. It can only ask: a destructor can't await, and waiting
        // for the task in any other way would block the thread that has to run it.
        self.abort();
    }
}
