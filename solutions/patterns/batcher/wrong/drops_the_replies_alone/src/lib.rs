//! Collects requests for single values and loads the values in batches.

use std::error::Error;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Loads values for keys, several at a time.
///
/// A task collects keys into a batch and has it loaded by another, so that it goes on collecting
/// meanwhile. How many loads run beside each other has no bound here: their callers are the bound. When
/// the batcher is dropped, the tasks end with the last load.
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
    /// keys; a key that was asked for twice is there twice. A batch is loaded as soon as it is full, or
    /// `patience` after its first key has come, whatever came since.
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
    /// Fails if the load of the batch with this key panics, or returns another number of values than it
    /// got keys. Other batches are not affected.
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
    K: Send + 'static,
    V: Send + 'static,
    L: Fn(Vec<K>) -> F + Send + Sync + 'static,
    F: Future<Output = Vec<V>> + Send + 'static,
{
    let load = Arc::new(load);
    let mut loads = JoinSet::new();
    while let Some(first) = requests.recv().await {
        let mut batch = vec![first];
        // One timeout around the loop: one around each `recv` would start anew with each key. Giving up
        // on a `recv` loses nothing, what has come is in the batch.
        let _ = timeout(patience, async {
            while batch.len() < most {
                match requests.recv().await {
                    Some(next) => batch.push(next),
                    None => break,
                }
            }
        })
        .await;
        // A task of its own, for two reasons: the next batch does not wait for it, and a panic ends
        // nothing but this batch.
        loads.spawn(answer(batch, Arc::clone(&load)));
        // A set keeps each task that has ended until somebody asks for it.
        while loads.try_join_next().is_some() {}
    }
    while loads.join_next().await.is_some() {}
}

/// Loads a batch and answers its callers. Those that get no value see their `reply` dropped, also when
/// the load panics.
async fn answer<K, V, L, F>(batch: Vec<Request<K, V>>, load: Arc<L>)
where
    L: Fn(Vec<K>) -> F,
    F: Future<Output = Vec<V>>,
{
    let (keys, replies): (Vec<K>, Vec<_>) = batch
        .into_iter()
        .map(|request| (request.key, request.reply))
        .unzip();
    let values = load(keys).await;
    // Those who have gone need no answer.
    let replies: Vec<_> = replies
        .into_iter()
        .filter(|reply| !reply.is_closed())
        .collect();
    // A value too few or too many, and nobody knows whose value is whose.
    if values.len() != replies.len() {
        return;
    }
    for (reply, value) in replies.into_iter().zip(values) {
        // Fails if the caller has gone; then nobody misses the value.
        let _ = reply.send(value);
    }
}

impl fmt::Display for BatchFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the batch could not be loaded")
    }
}

impl Error for BatchFailed {}
