//! Relays requests for stock to a warehouse that answers over a message bus.

use std::fmt;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

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
/// The tasks belong to the relay: it returns when the last of them has ended, and if it is dropped, they
/// are aborted.
pub async fn relay(mut requests: mpsc::Receiver<Request>, bus: impl Bus, patience: Duration) {
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            request = requests.recv() => match request {
                Some(request) => {
                    running.spawn(serve(request, bus.clone(), patience));
                }
                None => break,
            },
            // A set keeps the results of its tasks until somebody asks for them.
            Some(_) = running.join_next() => {}
        }
    }
    // Dropping the set would abort what is still under way.
    while running.join_next().await.is_some() {}
}

/// Answers one request, unless its asker goes away first.
async fn serve(request: Request, bus: impl Bus, patience: Duration) {
    let Request { article, mut reply } = request;
    let answer = tokio::select! {
        reply = timeout(patience, bus.ask(article)) => reply.map_err(|_| NoReply),
        () = reply.closed() => return,
    };
    // Fails if the asker has gone this moment; then nobody misses the answer.
    let _ = reply.send(answer);
}

impl fmt::Display for NoReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no reply from the warehouse in time")
    }
}

impl std::error::Error for NoReply {}
