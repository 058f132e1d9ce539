//! A room: what one member says, all members hear.
//!
//! Nobody waits for a member. What a member has not taken yet waits in a queue of its own, which has an end; who
//! comes to that end is out, is told so, and may come back. The other two choices are to wait, and then the room is
//! as slow as its slowest member, and to keep everything, and then it is as large.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use axum::routing::any;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// All who are in. Clones are handles to the same room.
#[derive(Debug, Clone)]
pub struct Room {
    // The lock of std: nothing is awaited while it is held, so it can't be held for long.
    members: Arc<Mutex<Vec<Seat>>>,
    queue: usize,
}

/// The room's end of a member's queue. A member is out when this is dropped.
type Seat = mpsc::Sender<Utf8Bytes>;

/// Somebody who is in, until dropped.
#[derive(Debug)]
pub struct Member {
    messages: mpsc::Receiver<Utf8Bytes>,
    // So that an end of the queue means one thing only: as long as there are members, there is a room.
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
            members: Arc::default(),
            queue,
        }
    }

    /// Lets somebody in, who hears what is said from now on.
    pub async fn join(&self) -> Member {
        let (seat, messages) = mpsc::channel(self.queue);
        self.seats().push(seat);
        Member {
            messages,
            _room: self.clone(),
        }
    }

    /// How many are in.
    pub async fn members(&self) -> usize {
        let seats = self.seats();
        seats.iter().filter(|seat| !seat.is_closed()).count()
    }

    /// Says something to all who are in. Never waits: who has no place left in its queue is out, and so is who
    /// has gone. What is in the queue stays there, and is a gapless beginning of what was said.
    // `async` is left of a time when this had to wait. All callers have their `.await`.
    pub async fn publish(&self, text: &str) {
        // One text for all: clones of a `Utf8Bytes` share it.
        let text = Utf8Bytes::from(text);
        // The lock is held for the whole round, so all members hear everything in one order.
        self.seats()
            .retain(|seat| seat.try_send(text.clone()).is_ok());
    }

    fn seats(&self) -> MutexGuard<'_, Vec<Seat>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Member {
    /// The next message. May be cancelled: no message is lost by that.
    ///
    /// # Errors
    ///
    /// If this member was too slow, and is out. That comes after what was still in the queue.
    pub async fn next(&mut self) -> Result<Utf8Bytes, TooSlow> {
        self.messages.recv().await.ok_or(TooSlow)
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
