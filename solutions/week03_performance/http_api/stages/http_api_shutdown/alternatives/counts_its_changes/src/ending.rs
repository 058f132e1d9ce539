//! How the service ends: in phases that only go forward, and that all parts of it can see.
//!
//! Architecture invariant: the order is from the outside inwards. Whoever sends work is told first, and what works
//! ends last.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

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

/// Work that goes on when whoever has asked for it does not wait any more, in tasks that are counted.
#[derive(Clone, Default)]
pub(crate) struct Background(Arc<watch::Sender<Count>>);

#[derive(Default)]
struct Count {
    running: usize,
    given_up: bool,
}

impl Background {
    /// Begins `work` in a task. What comes of it is for whoever still waits; nothing comes if it panics.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (tell, told) = oneshot::channel();
        let counted = Counted::one(self);
        tokio::spawn(async move {
            let mut changes = counted.0.0.subscribe();
            tokio::select! {
                biased;
                outcome = work => {
                    let _ = tell.send(outcome);
                }
                _ = changes.wait_for(|count| count.given_up) => {}
            }
        });
        told
    }

    /// Waits until all of it has ended.
    pub(crate) async fn joined(&self) {
        let _ = self
            .0
            .subscribe()
            .wait_for(|count| count.running == 0)
            .await;
    }

    pub(crate) fn give_up(&self) {
        self.0.send_modify(|count| count.given_up = true);
    }
}

/// Counts until it is dropped, which a panic does, too.
struct Counted(Background);

impl Counted {
    fn one(background: &Background) -> Self {
        background.0.send_modify(|count| count.running += 1);
        Self(background.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| count.running -= 1);
    }
}
