//! Relays requests for stock to a warehouse that answers over a message bus.

use std::fmt;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

/// The way to the warehouse.
pub trait Bus: Clone + Send + 'static {
    /// Asks for the stock of an article and waits for the reply. It may take any time, and the bus may
    /// lose it; then this waits for ever. Dropping the future withdraws the question.
    fn ask(&self, article: String) -> impl Future<Output = u32> + Send;
}

/// A request for the stock of an article. Its asker holds the other end of `reply`.
#[derive(Debug)]
pub struct Request {
    /// What is asked for.
    pub article: String,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Result<u32, NoReply>>,
}

/// The warehouse has not replied in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoReply;

/// Relays requests until nobody can send one any more. A request that gets no reply within `patience` is
/// answered by [`NoReply`].
///
/// Each request has a task of its own. It ends with the request: when the reply is there, when patience
/// is at its end, or as soon as the asker goes away. The question goes with it.
pub async fn relay(mut requests: mpsc::Receiver<Request>, bus: impl Bus, patience: Duration) {
    while let Some(Request { article, mut reply }) = requests.recv().await {
        let bus = bus.clone();
        tokio::spawn(async move {
            // A task of its own contains a panic of the bus. Its handle is the only way to end it, and
            // dropping the handle is not.
            let mut question = tokio::spawn(async move { bus.ask(article).await });
            let answer = tokio::select! {
                reply = &mut question => reply.map_err(|_| NoReply),
                () = sleep(patience) => Err(NoReply),
                () = reply.closed() => Err(NoReply),
            };
            // On every way out; after a reply it does nothing.
            question.abort();
            let _ = reply.send(answer);
        });
    }
}

impl fmt::Display for NoReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no reply from the warehouse in time")
    }
}

impl std::error::Error for NoReply {}
