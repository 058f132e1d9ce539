//! The id of the request that is being served, for log lines.

use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;

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
    /// Right only while a scope is being polled: set before each poll, and set back after it.
    static CURRENT: Cell<Option<RequestId>> = const { Cell::new(None) };
}

/// Sets back what was there before, also when a poll panics.
struct Entered {
    before: Option<RequestId>,
}

impl Entered {
    fn enter(id: Option<RequestId>) -> Self {
        Self {
            before: CURRENT.replace(id),
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}

async fn within<F: Future>(id: Option<RequestId>, work: F) -> F::Output {
    let mut work = pin!(work);
    poll_fn(|cx| {
        let _entered = Entered::enter(id);
        work.as_mut().poll(cx)
    })
    .await
}

/// The request that is being served here, if any.
///
/// It is for logs alone. What a function needs to do its work is a parameter of that function.
#[must_use]
pub fn current() -> Option<RequestId> {
    CURRENT.get()
}

/// Serves a request: while `work` runs, [`current`] says `id`. Between two polls of `work` the thread
/// belongs to others, who see nothing of it.
pub async fn scope<F: Future>(id: RequestId, work: F) -> F::Output {
    within(Some(id), work).await
}

/// Starts a task that belongs to the current request, if there is one.
///
/// # Panics
///
/// Panics outside of a tokio runtime.
pub fn spawn<F>(work: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    // `current()` is asked here, by the one who spawns. Within the task there is nothing to ask any more.
    tokio::spawn(within(current(), work))
}

/// Runs blocking code that belongs to the current request, if there is one, on a thread for such code.
///
/// # Panics
///
/// Panics outside of a tokio runtime.
pub fn spawn_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let id = current();
    tokio::task::spawn_blocking(move || {
        let _entered = Entered::enter(id);
        work()
    })
}

/// What delivers a mail. It logs what it does, with the id that [`current`] says.
pub trait Transport: Send + 'static {
    /// Delivers one mail.
    fn deliver(&mut self, address: &str) -> impl Future<Output = ()> + Send;
}

/// Sends mails, one at a time, from a task that all requests share. Each is delivered in the name of the
/// request that sent it.
#[derive(Debug)]
pub struct Mailer {
    queue: mpsc::Sender<Mail>,
}

/// The id travels in the message. No scope could bring it along: the task that delivers was there before
/// the request, and serves others in between.
#[derive(Debug)]
struct Mail {
    request: Option<RequestId>,
    address: String,
}

impl Mailer {
    /// Starts the task. It ends when the mailer has been dropped and the queue is empty.
    #[must_use]
    pub fn start(mut transport: impl Transport) -> Self {
        let (queue, mut mails) = mpsc::channel::<Mail>(16);
        // tokio's `spawn` and not ours: the task belongs to no request, not even to one that happens to be
        // the first to need a mailer.
        tokio::spawn(async move {
            while let Some(mail) = mails.recv().await {
                // A block, so that the call of `deliver` itself is within as well.
                let delivery = async { transport.deliver(&mail.address).await };
                within(mail.request, delivery).await;
            }
        });
        Self { queue }
    }

    /// Puts a mail into the queue, and waits while the queue is full.
    pub async fn send(&self, address: &str) {
        let mail = Mail {
            request: current(),
            address: address.to_owned(),
        };
        // Fails if a delivery has panicked. Then there is nobody who could send it.
        let _ = self.queue.send(mail).await;
    }
}
