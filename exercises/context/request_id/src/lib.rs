//! The id of the request that is being served, for log lines.

use std::cell::Cell;
use std::fmt;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Identifies a request in the logs of all services that take part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "req-{:04}", self.0)
    }
}

thread_local! {
    static CURRENT: Cell<Option<RequestId>> = const { Cell::new(None) };
}

/// The request that is being served here, if any.
#[must_use]
pub fn current() -> Option<RequestId> {
    CURRENT.get()
}

/// Serves a request: while `work` runs, [`current`] says `id`.
pub async fn scope<F: Future>(id: RequestId, work: F) -> F::Output {
    let before = CURRENT.replace(Some(id));
    let output = work.await;
    CURRENT.set(before);
    output
}

/// Starts a task that belongs to the current request, if there is one.
pub fn spawn<F>(work: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(work)
}

/// Runs blocking code that belongs to the current request, if there is one, on a thread for such code.
pub fn spawn_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    tokio::task::spawn_blocking(work)
}

/// What delivers a mail. It logs what it does, with the id that [`current`] says.
pub trait Transport: Send + 'static {
    /// Delivers one mail.
    fn deliver(&mut self, address: &str) -> impl Future<Output = ()> + Send;
}

/// Sends mails, one at a time, from a task that all requests share.
#[derive(Debug)]
pub struct Mailer {
    queue: mpsc::Sender<String>,
}

impl Mailer {
    /// Starts the task. It ends when the mailer has been dropped and the queue is empty.
    #[must_use]
    pub fn start(mut transport: impl Transport) -> Self {
        let (queue, mut mails) = mpsc::channel::<String>(16);
        tokio::spawn(async move {
            while let Some(address) = mails.recv().await {
                transport.deliver(&address).await;
            }
        });
        Self { queue }
    }

    /// Puts a mail into the queue, and waits while the queue is full.
    pub async fn send(&self, address: &str) {
        // Fails if a delivery has panicked. Then there is nobody who could send it.
        let _ = self.queue.send(address.to_owned()).await;
    }
}
