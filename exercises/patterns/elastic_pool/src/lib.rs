//! A pool of workers that grows with its backlog and shrinks when there is nothing to do.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

/// Does jobs, one at a time. Making one is expensive, and so is keeping one.
pub trait Worker<J>: Send + 'static {
    /// Does a job.
    fn work(&mut self, job: J) -> impl Future<Output = ()> + Send;
}

/// How large a pool may be, and when its size changes.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Never fewer workers than this, once the pool has started.
    pub min: usize,
    /// Never more workers than this. At least one, and no less than `min`.
    pub max: usize,
    /// So many jobs may wait without a worker being hired.
    pub backlog: usize,
    /// A worker that has had nothing to do for so long leaves.
    pub idle: Duration,
}

/// A pool of workers. When it is dropped, the jobs that it has accepted are done, and then the workers
/// leave.
pub struct Pool<J> {
    jobs: mpsc::UnboundedSender<J>,
    shared: Arc<Shared<J>>,
    hire: Box<dyn Fn(Arc<Shared<J>>) + Send + Sync>,
}

struct Shared<J> {
    settings: Settings,
    queue: Mutex<mpsc::UnboundedReceiver<J>>,
    waiting: AtomicUsize,
    workers: AtomicUsize,
}

impl<J: Send + 'static> Pool<J> {
    /// Starts a pool with `min` workers. `hire` makes a worker, and does not panic.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn start<W: Worker<J>>(
        settings: Settings,
        hire: impl Fn() -> W + Send + Sync + 'static,
    ) -> Self {
        let (jobs, queue) = mpsc::unbounded_channel();
        let pool = Self {
            jobs,
            shared: Arc::new(Shared {
                settings,
                queue: Mutex::new(queue),
                waiting: AtomicUsize::new(0),
                workers: AtomicUsize::new(0),
            }),
            hire: Box::new(move |shared| {
                shared.workers.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(shared, hire()));
            }),
        };
        for _ in 0..settings.min {
            (pool.hire)(Arc::clone(&pool.shared));
        }
        pool
    }

    /// Has a job done, by the next worker that has time.
    pub fn submit(&self, job: J) {
        let _ = self.jobs.send(job);
        let waiting = self.shared.waiting.fetch_add(1, Ordering::Relaxed) + 1;
        let Settings { backlog, max, .. } = self.shared.settings;
        if waiting > backlog && self.shared.workers.load(Ordering::Relaxed) < max {
            (self.hire)(Arc::clone(&self.shared));
        }
    }
}

async fn serve<J, W: Worker<J>>(shared: Arc<Shared<J>>, mut worker: W) {
    while let Some(job) = shared.next().await {
        shared.waiting.fetch_sub(1, Ordering::Relaxed);
        worker.work(job).await;
    }
    shared.workers.fetch_sub(1, Ordering::Relaxed);
}

impl<J> Shared<J> {
    /// The next job, or `None` if none has come for too long, or none will.
    async fn next(&self) -> Option<J> {
        timeout(self.settings.idle, async {
            self.queue.lock().await.recv().await
        })
        .await
        .ok()
        .flatten()
    }
}

impl<J> fmt::Debug for Pool<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("settings", &self.shared.settings)
            .finish_non_exhaustive()
    }
}
