//! Collects requests for single values and loads the values in batches.

use std::error::Error;
use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Loads values for keys, several at a time.
#[derive(Debug)]
pub struct Batcher<K, V> {
    requests: mpsc::Sender<Request<K, V>>,
}

/// A caller that waits for a value.
#[derive(Debug)]
struct Request<K, V> {
    key: K,
    reply: oneshot::Sender<V>,
}

/// The batch with the caller's key could not be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchFailed;

impl<K: Send + 'static, V: Send + 'static> Batcher<K, V> {
    /// Starts a batcher. `load` gets up to `most` keys and returns their values, in the order of the
    /// keys. A batch that does not get full is loaded after `patience`.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn start<L, F>(most: NonZeroUsize, patience: Duration, load: L) -> Self
    where
        L: Fn(Vec<K>) -> F + Send + Sync + 'static,
        F: Future<Output = Vec<V>> + Send + 'static,
    {
        let (requests, received) = mpsc::channel(most.get());
        tokio::spawn(collect(received, most.get(), patience, load));
        Self { requests }
    }

    /// The value for a key.
    ///
    /// # Errors
    ///
    /// Fails if the batch with this key can't be loaded.
    pub async fn get(&self, key: K) -> Result<V, BatchFailed> {
        let (reply, answer) = oneshot::channel();
        let request = Request { key, reply };
        self.requests.send(request).await.map_err(|_| BatchFailed)?;
        answer.await.map_err(|_| BatchFailed)
    }
}

async fn collect<K, V, L, F>(
    mut requests: mpsc::Receiver<Request<K, V>>,
    most: usize,
    patience: Duration,
    load: L,
) where
    L: Fn(Vec<K>) -> F,
    F: Future<Output = Vec<V>>,
{
    while let Some(first) = requests.recv().await {
        let mut batch = vec![first];
        while batch.len() < most {
            match timeout(patience, requests.recv()).await {
                Ok(Some(next)) => batch.push(next),
                Ok(None) | Err(_) => break,
            }
        }
        let (keys, replies): (Vec<K>, Vec<_>) = batch
            .into_iter()
            .map(|request| (request.key, request.reply))
            .unzip();
        let values = load(keys).await;
        for (reply, value) in replies.into_iter().zip(values) {
            let _ = reply.send(value);
        }
    }
}

impl fmt::Display for BatchFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the batch could not be loaded")
    }
}

impl Error for BatchFailed {}
