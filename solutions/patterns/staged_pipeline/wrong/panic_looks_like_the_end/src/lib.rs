//! A pipeline of stages that work at the same time, each with a width of its own.

use std::num::NonZeroUsize;
use std::panic;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};

/// Items on their way through stages. The consumer takes them out at the end, with [`next`](Self::next).
///
/// Stages go on while the consumer is busy, but not far: each holds at most twice its width of items,
/// half of them done, and the source two. Then it waits for the one behind it.
///
/// Dropping the pipeline stops it: all that is under way is cancelled, and the items in it are dropped.
#[derive(Debug)]
pub struct Pipeline<T> {
    output: mpsc::Receiver<T>,
    /// The source and the stages, one task each. A stage owns the calls that it makes, and this owns
    /// the stages, so that dropping it reaches all of them, also those that wait for a call and not for
    /// a channel.
    stages: JoinSet<()>,
}

impl<T: Send + 'static> Pipeline<T> {
    /// A pipeline without a stage, into which the items go one by one.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn new<I>(items: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        let (sender, output) = mpsc::channel(1);
        let items = items.into_iter();
        let mut stages = JoinSet::new();
        stages.spawn(async move {
            for item in items {
                if sender.send(item).await.is_err() {
                    return;
                }
            }
        });
        Self { output, stages }
    }

    /// Adds a stage that works on up to `width` items at the same time, each in a task of its own. What
    /// comes out is in the order in which the work was done.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    #[must_use]
    pub fn stage<U, W, F>(mut self, width: NonZeroUsize, work: W) -> Pipeline<U>
    where
        U: Send + 'static,
        W: Fn(T) -> F + Send + Sync + 'static,
        F: Future<Output = U> + Send + 'static,
    {
        // Room for as many results as there are calls: then all calls that are under way can end while
        // the next stage is busy, and no more.
        let (sender, output) = mpsc::channel(width.get());
        self.stages
            .spawn(run(self.output, width.get(), work, sender));
        Pipeline {
            output,
            stages: self.stages,
        }
    }

    /// The next item that has been through all stages, or `None` at the end.
    ///
    /// If this is dropped before it is ready, no item is lost.
    ///
    /// # Panics
    ///
    /// Panics if the work on an item has panicked, with the same payload, after what came before has been
    /// returned. The pipeline is stopped then.
    pub async fn next(&mut self) -> Option<T> {
        self.output.recv().await
    }
}

/// A stage: takes items while it has a place for them, and hands on what is done.
async fn run<T, U, W, F>(
    mut input: mpsc::Receiver<T>,
    width: usize,
    work: W,
    output: mpsc::Sender<U>,
) where
    U: Send + 'static,
    W: Fn(T) -> F,
    F: Future<Output = U> + Send + 'static,
{
    let mut calls = JoinSet::new();
    let mut more = true;
    loop {
        tokio::select! {
            item = input.recv(), if more && calls.len() < width => match item {
                Some(item) => {
                    calls.spawn(work(item));
                }
                None => more = false,
            },
            Some(ended) = calls.join_next() => {
                let done = ended.unwrap_or_else(|panicked| hand_on(panicked));
                // While this waits for room, calls go on and no item is taken: that is the back-pressure.
                if output.send(done).await.is_err() {
                    return;
                }
            }
            else => return,
        }
    }
}

/// Goes on with a task's panic in this one. Nobody but their owner aborts these tasks, and the owner is
/// here.
fn hand_on(panicked: JoinError) -> ! {
    panic::resume_unwind(panicked.into_panic())
}
