//! Background tasks that belong to somebody.

use tokio::task::{AbortHandle, JoinError, JoinHandle};

/// A task that was started for its owner: the heartbeat of a session, the watcher of a file. It is aborted
/// when this value is dropped.
#[derive(Debug)]
pub struct Task<T> {
    handle: JoinHandle<T>,
    /// A field with a destructor, and not a destructor of `Task`: so the fields can be moved out apart.
    guard: AbortOnDrop,
}

#[derive(Debug)]
struct AbortOnDrop(Option<AbortHandle>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl<T: Send + 'static> Task<T> {
    /// Starts a task.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(work: impl Future<Output = T> + Send + 'static) -> Self {
        let handle = tokio::spawn(work);
        let guard = AbortOnDrop(Some(handle.abort_handle()));
        Self { handle, guard }
    }

    /// Waits until the task has ended by itself. If the returned future is dropped before, the task is
    /// aborted.
    ///
    /// # Errors
    ///
    /// Fails if the task panicked.
    pub async fn join(self) -> Result<T, JoinError> {
        // Alive, and so in the future, until the task has ended.
        let _guard = self.guard;
        self.handle.await
    }

    /// Tells the task to end at its next `.await`, and waits until it has. Returns what the task returned if
    /// it did so before, and `None` if it was cancelled or had panicked.
    pub async fn stop(self) -> Option<T> {
        drop(self.guard);
        self.handle.await.ok()
    }

    /// Lets the task go on by itself. Nobody will know how it ends, and what it returns is dropped.
    pub fn detach(mut self) {
        self.guard.0 = None;
    }
}
