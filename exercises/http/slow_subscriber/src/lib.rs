//! A room: what one member says, all members hear.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use tokio::sync::{Mutex, mpsc};

/// All who are in. Clones are handles to the same room.
#[derive(Debug, Clone)]
pub struct Room {
    members: Arc<Mutex<Vec<mpsc::Sender<Utf8Bytes>>>>,
    queue: usize,
}

/// Somebody who is in, until dropped.
#[derive(Debug)]
pub struct Member {
    messages: mpsc::Receiver<Utf8Bytes>,
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
        let (queue, messages) = mpsc::channel(self.queue);
        self.members.lock().await.push(queue);
        Member { messages }
    }

    /// How many are in.
    pub async fn members(&self) -> usize {
        self.members.lock().await.len()
    }

    /// Says something to all who are in.
    pub async fn publish(&self, text: &str) {
        for member in &*self.members.lock().await {
            let _ = member.send(text.into()).await;
        }
    }
}

impl Member {
    /// The next message.
    ///
    /// # Errors
    ///
    /// If this member was too slow, and is out.
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
async fn talk(mut socket: WebSocket, room: Room, _patience: Duration) {
    let mut member = room.join().await;
    loop {
        tokio::select! {
            next = member.next() => {
                let Ok(text) = next else { return };
                if socket.send(Message::Text(text)).await.is_err() {
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
