//! A pipeline of stages that work at the same time, each with a width of its own.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};

/// How many items may wait between two stages.
const BUFFER: usize = 1024;

/// Items on their way through stages. The consumer takes them out at the end, with [`next`](Self::next).
#[derive(Debug)]
pub struct Pipeline<T> {
    output: mpsc::Receiver<T>,
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
        let (sender, output) = mpsc::channel(BUFFER);
        let items = items.into_iter();
        tokio::spawn(async move {
            for item in items {
                let _ = sender.send(item).await;
            }
        });
        Self { output }
    }

    /// Adds a stage that works on up to `width` items at the same time. What comes out is in the order
    /// in which the work was done.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    #[must_use]
    pub fn stage<U, W, F>(self, width: NonZeroUsize, work: W) -> Pipeline<U>
    where
        U: Send + 'static,
        W: Fn(T) -> F + Send + Sync + 'static,
        F: Future<Output = U> + Send + 'static,
    {
        let (sender, output) = mpsc::channel(BUFFER);
        let input = Arc::new(Mutex::new(self.output));
        let work = Arc::new(work);
        for _ in 0..width.get() {
            let (input, work, sender) = (Arc::clone(&input), Arc::clone(&work), sender.clone());
            tokio::spawn(async move {
                loop {
                    let item = input.lock().await.recv().await;
                    let Some(item) = item else { return };
                    let _ = sender.send(work(item).await).await;
                }
            });
        }
        Pipeline { output }
    }

    /// The next item that has been through all stages, or `None` at the end.
    pub async fn next(&mut self) -> Option<T> {
        self.output.recv().await
    }
}
