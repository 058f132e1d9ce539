//! A room: what one member says, all members hear.
//!
//! Nobody waits for a member. What a member has not taken yet waits in a queue of its own, which has an end; who
//! comes to that end is out, is told so, and may come back. The other two choices are to wait, and then the room is
//! as slow as its slowest member, and to keep everything, and then it is as large.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use axum::routing::any;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

/// All who are in. Clones are handles to the same room.
// One ring of messages for all, in place of a queue for each. It is the room that overwrites the oldest, and the
// member that finds out.
#[derive(Debug, Clone)]
pub struct Room {
    messages: broadcast::Sender<Utf8Bytes>,
    // A ring has a power of two of places, and a member may have fewer waiting.
    queue: usize,
}

/// Somebody who is in, until dropped.
#[derive(Debug)]
pub struct Member {
    /// `None`: out.
    messages: Option<broadcast::Receiver<Utf8Bytes>>,
    queue: usize,
    _room: Room,
}

/// More messages were waiting for this member than the room keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

impl Room {
    /// A room that keeps up to `queue` messages for each member, at least one.
    #[must_use]
    pub fn new(queue: usize) -> Self {
        Self {
            messages: broadcast::Sender::new(queue),
            queue,
        }
    }

    /// Lets somebody in, who hears what is said from now on.
    pub async fn join(&self) -> Member {
        Member {
            messages: Some(self.messages.subscribe()),
            queue: self.queue,
            _room: self.clone(),
        }
    }

    /// How many are in. Who is out is counted until it has noticed.
    pub async fn members(&self) -> usize {
        self.messages.receiver_count()
    }

    /// Says something to all who are in. Never waits.
    pub async fn publish(&self, text: &str) {
        // An error says that nobody is in.
        let _ = self.messages.send(Utf8Bytes::from(text));
    }
}

impl Member {
    /// The next message. May be cancelled: no message is lost by that.
    ///
    /// # Errors
    ///
    /// If this member was too slow, and is out.
    pub async fn next(&mut self) -> Result<Utf8Bytes, TooSlow> {
        let messages = self.messages.as_mut().ok_or(TooSlow)?;
        if messages.len() <= self.queue {
            match messages.recv().await {
                Ok(text) => return Ok(text),
                Err(RecvError::Lagged(_) | RecvError::Closed) => {}
            }
        }
        // With a gap there is no going on: what was missed can't be known.
        self.messages = None;
        Err(TooSlow)
    }
}

/// The room at `/room`. Each message to a client has to be taken within `patience`.
pub fn router(room: Room, patience: Duration) -> Router {
    Router::new()
        .route("/room", any(enter))
        .with_state((room, patience))
}

async fn enter(
    upgrade: WebSocketUpgrade,
    State((room, patience)): State<(Room, Duration)>,
) -> Response {
    upgrade.on_upgrade(move |socket| talk(socket, room, patience))
}

/// One member's connection.
async fn talk(mut socket: WebSocket, room: Room, patience: Duration) {
    let mut member = room.join().await;
    loop {
        tokio::select! {
            next = member.next() => {
                let out = next.is_err();
                let message = match next {
                    Ok(text) => Message::Text(text),
                    // A reason, so that the client can tell this from a broken line, and come back by itself.
                    Err(TooSlow) => Message::Close(Some(CloseFrame {
                        code: close_code::POLICY,
                        reason: Utf8Bytes::from_static("too slow"),
                    })),
                };
                // The room does not wait for us, and we do not wait for ever for a client: a connection on
                // which nothing moves would keep this task, its queue and a file descriptor.
                let sent = timeout(patience, socket.send(message)).await;
                if out || !matches!(sent, Ok(Ok(()))) {
                    return;
                }
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => room.publish(&text).await,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                // Pings are answered by the library, and nobody sends us bytes.
                Some(Ok(_)) => {}
            },
        }
    }
}
