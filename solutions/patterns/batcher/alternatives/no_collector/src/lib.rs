//! Collects requests for single values and loads the values in batches.

use std::error::Error;
use std::fmt;
use std::mem;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

/// Loads values for keys, several at a time.
///
/// There is no task that collects: each caller puts its key into the open batch. Who completes a batch
/// has it loaded at once, and who begins one starts the task that loads it later.
pub struct Batcher<K, V> {
    shared: Arc<Shared<K, V>>,
}

struct Shared<K, V> {
    open: Mutex<Open<K, V>>,
    most: usize,
    patience: Duration,
    load: Load<K, V>,
}

/// The batch that keys are put into. The number tells a timer whether it is still the batch it was set
/// for.
struct Open<K, V> {
    number: u64,
    requests: Vec<Request<K, V>>,
}

type Load<K, V> = Box<dyn Fn(Vec<K>) -> Pin<Box<dyn Future<Output = Vec<V>> + Send>> + Send + Sync>;

/// A caller that waits for a value.
struct Request<K, V> {
    key: K,
    reply: oneshot::Sender<V>,
}

/// The batch with the caller's key could not be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchFailed;

impl<K: Send + 'static, V: Send + 'static> Batcher<K, V> {
    /// Starts a batcher. `load` gets up to `most` keys and returns their values, in the order of the
    /// keys. A batch is loaded as soon as it is full, or `patience` after its first key has come.
    ///
    /// # Panics
    ///
    /// [`get`](Self::get) panics outside of a tokio runtime.
    pub fn start<L, F>(most: NonZeroUsize, patience: Duration, load: L) -> Self
    where
        L: Fn(Vec<K>) -> F + Send + Sync + 'static,
        F: Future<Output = Vec<V>> + Send + 'static,
    {
        let open = Open {
            number: 0,
            requests: Vec::new(),
        };
        Self {
            shared: Arc::new(Shared {
                open: Mutex::new(open),
                most: most.get(),
                patience,
                load: Box::new(move |keys| Box::pin(load(keys))),
            }),
        }
    }

    /// The value for a key.
    ///
    /// # Errors
    ///
    /// Fails if the batch with this key can't be loaded.
    pub async fn get(&self, key: K) -> Result<V, BatchFailed> {
        let (reply, answer) = oneshot::channel();
        self.shared.add(Request { key, reply });
        answer.await.map_err(|_| BatchFailed)
    }
}

impl<K: Send + 'static, V: Send + 'static> Shared<K, V> {
    fn add(self: &Arc<Self>, request: Request<K, V>) {
        let mut open = self.open();
        open.requests.push(request);
        if open.requests.len() >= self.most {
            let full = open.close();
            tokio::spawn(Arc::clone(self).answer(full));
        } else if open.requests.len() == 1 {
            let (number, shared) = (open.number, Arc::clone(self));
            tokio::spawn(async move {
                sleep(shared.patience).await;
                let due = {
                    let mut open = shared.open();
                    if open.number != number {
                        return;
                    }
                    open.close()
                };
                shared.answer(due).await;
            });
        }
    }

    async fn answer(self: Arc<Self>, batch: Vec<Request<K, V>>) {
        let (keys, replies): (Vec<K>, Vec<_>) = batch
            .into_iter()
            .map(|request| (request.key, request.reply))
            .unzip();
        let values = (self.load)(keys).await;
        if values.len() != replies.len() {
            return;
        }
        for (reply, value) in replies.into_iter().zip(values) {
            let _ = reply.send(value);
        }
    }

    fn open(&self) -> MutexGuard<'_, Open<K, V>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Open<K, V> {
    fn close(&mut self) -> Vec<Request<K, V>> {
        self.number += 1;
        mem::take(&mut self.requests)
    }
}

impl<K, V> fmt::Debug for Batcher<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batcher").finish_non_exhaustive()
    }
}

impl fmt::Display for BatchFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the batch could not be loaded")
    }
}

impl Error for BatchFailed {}
