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
    pub fn detach(self) {
        // Without its destructor, so that nothing is aborted.
        std::mem::forget(self);
    }

    /// Waits for the handle where it is. Taken out, it would be the future's alone while that waits, and a
    /// timeout that drops the future would detach the task.
    async fn ended(&mut self) -> Result<T, JoinError> {
        let handle = self.handle.as_mut();
        handle
            .expect("only `detach` takes it out, and consumes the task")
            .await
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
