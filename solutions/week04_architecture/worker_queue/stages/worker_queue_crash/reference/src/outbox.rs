//! What jobs have to tell outside, and who tells it.
//!
//! Architecture invariant: a message is marked after it was taken, and the one behind it begins after that. So it may be
//! delivered twice, with its number, and never out of its turn.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;

use crate::failure::Failure;
use crate::job::JobId;
use crate::store::{Outbox, StoreError};

/// What is to be told because a job is done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Above those of all messages that were kept before, for ever. Whoever takes messages remembers the highest that it has
    /// taken, in one step with what it does about it, and takes no other.
    pub number: u64,
    pub job: JobId,
    pub body: String,
}

/// Who delivers messages. Dropped without [`stop`](Self::stop), it ends at once, and a delivery is cancelled where it is.
#[derive(Debug)]
pub struct Relay {
    stop: watch::Sender<bool>,
    task: JoinSet<()>,
}

impl Relay {
    /// Begins. Messages are delivered in the order of their numbers, one at a time; one that is not taken is delivered again after
    /// `poll`, and those behind it wait.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start<F, D>(outbox: Arc<dyn Outbox>, poll: Duration, deliver: F) -> Self
    where
        F: Fn(Message) -> D + Send + Sync + 'static,
        D: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let (stop, mut stopping) = watch::channel(false);
        let deliver = Arc::new(deliver);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while !*stopping.borrow() {
                // Never in a `select!` with the stop: what was taken is to be marked.
                if !one(&outbox, &deliver).await {
                    tokio::select! {
                        () = sleep(poll) => {}
                        _ = stopping.changed() => {}
                    }
                }
            }
        });
        Self { stop, task }
    }

    /// Begins nothing more, and waits for what has begun.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.task.join_next().await.is_some() {}
    }
}

/// Delivers the next message and marks it. Whether that was done.
async fn one<F, D>(outbox: &Arc<dyn Outbox>, deliver: &Arc<F>) -> bool
where
    F: Fn(Message) -> D + Send + Sync + 'static,
    D: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let Ok(Some(message)) = ask(outbox, |outbox| outbox.next_message()).await else {
        return false;
    };
    let number = message.number;
    // A task for each delivery: its panic ends there, and it ends with the relay.
    let (mut delivery, deliver) = (JoinSet::new(), Arc::clone(deliver));
    delivery.spawn(async move { (*deliver)(message).await });
    let Some(Ok(Ok(()))) = delivery.join_next().await else {
        return false;
    };
    // If this fails, it is delivered once more, with the same number.
    ask(outbox, move |outbox| outbox.sent(number)).await.is_ok()
}

/// Asks the store on a thread that may block.
async fn ask<T: Send + 'static>(
    outbox: &Arc<dyn Outbox>,
    question: impl FnOnce(&dyn Outbox) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let outbox = Arc::clone(outbox);
    let answer = spawn_blocking(move || question(&*outbox)).await;
    answer.unwrap_or_else(|error| Err(StoreError::new("ask the store", error)))
}
