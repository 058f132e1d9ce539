//! A pipeline of stages that work at the same time, each with a width of its own.

use std::fmt;
use std::num::NonZeroUsize;
use std::pin::Pin;

use futures_util::stream::{self, Stream, StreamExt};

/// Items on their way through stages. The consumer takes them out at the end, with [`next`](Self::next).
pub struct Pipeline<T> {
    output: Pin<Box<dyn Stream<Item = T> + Send>>,
}

impl<T: Send + 'static> Pipeline<T> {
    /// A pipeline without a stage, into which the items go one by one.
    pub fn new<I>(items: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self {
            output: Box::pin(stream::iter(items)),
        }
    }

    /// Adds a stage that works on up to `width` items at the same time.
    #[must_use]
    pub fn stage<U, W, F>(self, width: NonZeroUsize, work: W) -> Pipeline<U>
    where
        U: Send + 'static,
        W: Fn(T) -> F + Send + Sync + 'static,
        F: Future<Output = U> + Send + 'static,
    {
        Pipeline {
            output: Box::pin(self.output.map(work).buffer_unordered(width.get())),
        }
    }

    /// The next item that has been through all stages, or `None` at the end.
    pub async fn next(&mut self) -> Option<T> {
        self.output.next().await
    }
}

impl<T> fmt::Debug for Pipeline<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline").finish_non_exhaustive()
    }
}
