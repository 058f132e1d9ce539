//! Background tasks that belong to somebody.

use tokio::task::{JoinError, JoinSet};

/// A task that was started for its owner: the heartbeat of a session, the watcher of a file. It is aborted
/// when this value is dropped.
#[derive(Debug)]
pub struct Task<T: 'static> {
    /// A set aborts what is in it when it is dropped. There is one task in it.
    tasks: JoinSet<T>,
}

impl<T: Send + 'static> Task<T> {
    /// Starts a task.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(work: impl Future<Output = T> + Send + 'static) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(work);
        Self { tasks }
    }

    /// Waits until the task has ended by itself. If the returned future is dropped before, the task is
    /// aborted.
    ///
    /// # Errors
    ///
    /// Fails if the task panicked.
    pub async fn join(mut self) -> Result<T, JoinError> {
        let ended = self.tasks.join_next().await;
        ended.expect("one task was spawned, and it is asked for once")
    }

    /// Tells the task to end at its next `.await`, and waits until it has. Returns what the task returned if
    /// it did so before, and `None` if it was cancelled or had panicked.
    pub async fn stop(mut self) -> Option<T> {
        self.tasks.abort_all();
        self.join().await.ok()
    }

    /// Lets the task go on by itself. Nobody will know how it ends, and what it returns is dropped.
    pub fn detach(mut self) {
        self.tasks.detach_all();
    }
}
