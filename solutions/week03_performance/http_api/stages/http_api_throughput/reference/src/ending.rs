//! How the service ends: in phases that only go forward, and that all parts of it can see.
//!
//! Architecture invariant: the order is from the outside inwards. Whoever sends work is told first, and what works
//! ends last.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

/// Where the service is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Serving,
    /// Not ready, and as good as ever to whoever has not heard of it.
    Notice,
    /// Nobody new; what is under way ends.
    Draining,
    /// What is under way is told that it is given up.
    Telling,
    /// Nothing is read or written any more.
    Over,
}

/// What it takes to end; clones are of the same service.
#[derive(Clone)]
pub(crate) struct Ending {
    phase: Arc<watch::Sender<Phase>>,
    pub(crate) background: Background,
    pub(crate) notice: Duration,
    pub(crate) drain: Duration,
}

impl Ending {
    pub(crate) fn new(background: Background, notice: Duration, drain: Duration) -> Self {
        Self {
            phase: Arc::new(watch::Sender::new(Phase::Serving)),
            background,
            notice,
            drain,
        }
    }

    pub(crate) fn begin(&self, next: Phase) {
        self.phase.send_if_modified(|phase| {
            let later = next > *phase;
            if later {
                *phase = next;
            }
            later
        });
    }

    pub(crate) fn is_at(&self, phase: Phase) -> bool {
        *self.phase.borrow() >= phase
    }

    /// Waits for that phase or a later one. What is returned does not borrow, so that a connection can keep it.
    pub(crate) fn reached(&self, phase: Phase) -> impl Future<Output = ()> + Send + use<> {
        let here = Arc::clone(&self.phase);
        async move {
            // An error would mean that the sender is gone, and it is in this future.
            let _ = here.subscribe().wait_for(|now| *now >= phase).await;
        }
    }
}

/// Work that goes on when whoever has asked for it does not wait any more. Somebody has to.
#[derive(Clone, Default)]
pub(crate) struct Background(Arc<Tasks>);

#[derive(Default)]
struct Tasks(Mutex<JoinSet<()>>);

impl Background {
    /// Begins `work` in a task. What comes of it is for whoever still waits; nothing comes if it panics.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (tell, told) = oneshot::channel();
        let mut tasks = self.0.lock();
        // A set keeps what has ended until somebody looks.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let _ = tell.send(work.await);
        });
        told
    }

    /// Waits until all of it has ended.
    pub(crate) async fn joined(&self) {
        while poll_fn(|cx| self.0.lock().poll_join_next(cx))
            .await
            .is_some()
        {}
    }

    pub(crate) fn give_up(&self) {
        self.0.lock().abort_all();
    }
}

impl Tasks {
    fn lock(&self) -> MutexGuard<'_, JoinSet<()>> {
        // No task is polled under this lock, and so none panics under it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        // A set that is dropped ends its tasks. A cache that is dropped must not take changes along.
        self.lock().detach_all();
    }
}
