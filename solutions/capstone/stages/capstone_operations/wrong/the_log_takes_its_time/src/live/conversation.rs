//! What is said over one socket.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{self, Instant};
use tracing::{error, info};

use super::seats::Seat;
use super::{Arrived, Leave, Means};
use crate::Secret;
use crate::ports::{Since, StoreError, Update};
use crate::telemetry;

/// How long a peer has to take the last words, and to say its own.
const FAREWELL: Duration = Duration::from_secs(1);

/// As 401 is to a request. From 4000 on codes are for applications (RFC 6455, 7.4.2).
const NOT_SIGNED_IN: u16 = 4401;

/// How a conversation ends.
#[derive(Debug)]
enum Ending {
    /// The peer has closed it, or is gone.
    Left,
    /// Nothing has come for too long, so nobody will hear the reason.
    Silent,
    TooSlow,
    TokenOver,
    /// Something has come that is no token.
    NotUnderstood,
    Stopping,
    Failed(StoreError),
}

impl From<StoreError> for Ending {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Everything that is ever sent as a text.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Said {
    /// All that comes after this number follows.
    Hello { number: u64 },
    /// What the peer has seen can't be continued. All that comes after this number follows.
    Reset { number: u64 },
    Update {
        number: u64,
        what: &'static str,
        /// A text, as in the rest of the API.
        task: String,
        version: u64,
    },
    /// The token that has come is the one that counts.
    Renewed,
}

impl From<&Update> for Said {
    fn from(update: &Update) -> Self {
        Self::Update {
            number: update.number,
            what: update.notice.what.as_str(),
            task: update.notice.task.get().to_string(),
            version: update.notice.version,
        }
    }
}

/// Everything that is understood.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heard {
    access_token: String,
}

pub(super) struct Conversation<'m> {
    means: &'m Means,
    socket: WebSocket,
    seat: Seat,
    authorization: Option<Secret>,
    after: Option<u64>,
    last_heard: Instant,
    /// Whether a message is on its way. If it is given up, nobody knows how much of it is.
    speaks: bool,
}

/// How far a socket has come in its owner's log.
struct Position {
    /// The number of the last update that was sent.
    at: u64,
    /// What the head has to be beyond for it to be worth while to read on. The same, but for a head that has promised
    /// what is not there.
    read: u64,
    /// Whether there is more in any case.
    more: bool,
}

impl<'m> Conversation<'m> {
    pub(super) fn new(means: &'m Means, arrived: Arrived) -> Self {
        Self {
            means,
            socket: arrived.socket,
            seat: arrived.seat,
            authorization: arrived.authorization,
            after: arrived.after,
            last_heard: Instant::now(),
            speaks: false,
        }
    }

    /// The whole of it.
    pub(super) async fn hold(mut self, mut leave: watch::Receiver<Leave>) {
        let mut position = None;
        let Err(ending) = tokio::select! {
            // In this order: there may be a lot to be said, and the service does not stop in order to wait for it.
            biased;
            _ = leave.wait_for(|leave| *leave >= Leave::Soon) => Err(Ending::Stopping),
            ended = self.talk(&mut position) => ended,
        };
        if let (Ending::Stopping, Some(position)) = (&ending, &mut position) {
            self.say_the_rest(position, leave).await;
        }
        let close = match &ending {
            Ending::Left | Ending::Silent => None,
            Ending::TooSlow => Some((close_code::POLICY, "too slow")),
            Ending::TokenOver => Some((NOT_SIGNED_IN, "the token is over")),
            Ending::NotUnderstood => Some((close_code::UNSUPPORTED, "only tokens are understood")),
            Ending::Stopping => Some((close_code::AWAY, "the service stops")),
            Ending::Failed(error) => {
                error!(error = telemetry::chain(error), "a socket has failed");
                Some((close_code::ERROR, "something went wrong here"))
            }
        };
        info!(code = close.map(|(code, _)| code), "updates have ended");
        // It is waited for the peer's own close. To close a connection on which something lies unread is to reset it, and
        // what we have said last might be thrown away with it.
        let _ = time::timeout(FAREWELL, self.part(close)).await;
    }

    /// Says what there is to be said until there is a reason to stop.
    async fn talk(
        &mut self,
        position: &mut Option<Position>,
    ) -> Result<std::convert::Infallible, Ending> {
        let position = position.insert(self.begin().await?);
        let ping = self.means.policy.ping;
        let mut beat = time::interval_at(Instant::now() + ping, ping);
        loop {
            let news = async {
                if !position.more {
                    self.seat.beyond(position.read).await;
                }
            };
            // None of the three is given precedence: whoever has always something to say has to hear as well.
            tokio::select! {
                () = news => self.read_on(position).await?,
                received = self.socket.recv() => self.hear(received).await?,
                _ = beat.tick() => self.ask().await?,
            }
        }
    }

    /// What the last requests have changed, nobody may have told us of yet. As much as is read at a time, to who takes it
    /// within a moment; the others ask for it when they come back.
    async fn say_the_rest(&mut self, position: &mut Position, mut leave: watch::Receiver<Leave>) {
        if self.speaks {
            return;
        }
        tokio::select! {
            biased;
            _ = leave.wait_for(|leave| *leave == Leave::Now) => {}
            // What goes wrong here goes wrong at the end: the peer hears that we go, and that is so.
            _ = self.read_on(position) => {}
        }
    }

    /// Says where the conversation begins.
    async fn begin(&mut self) -> Result<Position, Ending> {
        let Some(after) = self.after else {
            let number = self.last().await?;
            self.say(&Said::Hello { number }).await?;
            return Ok(Position::at(number));
        };
        match self.since(after, 1).await? {
            Since::Unknown => self.reset().await,
            Since::Updates(missed) => {
                self.say(&Said::Hello { number: after }).await?;
                Ok(Position {
                    more: !missed.is_empty(),
                    ..Position::at(after)
                })
            }
        }
    }

    /// Says that what was seen can't be continued, and what can.
    async fn reset(&mut self) -> Result<Position, Ending> {
        let number = self.last().await?;
        self.say(&Said::Reset { number }).await?;
        Ok(Position::at(number))
    }

    /// Sends what has come since, up to as much as is read ahead.
    async fn read_on(&mut self, position: &mut Position) -> Result<(), Ending> {
        // Before it is read: what comes in between is news.
        let head = self.seat.head();
        let limit = self.means.policy.buffer.max(1);
        match self.since(position.at, limit).await? {
            // So far behind that the log has forgotten it.
            Since::Unknown => *position = self.reset().await?,
            Since::Updates(updates) => {
                for update in &updates {
                    // A token that was good for the one before may not be for this one: the peer may have taken its time.
                    self.still_theirs().await?;
                    self.say(&Said::from(update)).await?;
                    position.at = update.number;
                }
                position.more = updates.len() == limit;
                position.read = if updates.is_empty() {
                    head.max(position.at)
                } else {
                    position.at
                };
            }
        }
        Ok(())
    }

    /// Takes in what the peer says.
    async fn hear(&mut self, received: Option<Result<Message, axum::Error>>) -> Result<(), Ending> {
        let Some(Ok(message)) = received else {
            return Err(Ending::Left);
        };
        self.last_heard = Instant::now();
        match message {
            // Pings are answered by the library.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(Ending::Left),
            Message::Binary(_) => Err(Ending::NotUnderstood),
            Message::Text(text) => {
                // What is wrong with it is not said, and not logged: it may be a token.
                let heard: Heard =
                    serde_json::from_str(&text).map_err(|_| Ending::NotUnderstood)?;
                let authorization = format!("Bearer {}", heard.access_token);
                self.authorization = Some(Secret::new(authorization));
                self.still_theirs().await?;
                self.say(&Said::Renewed).await
            }
        }
    }

    /// Asks the peer whether it is there, and its token whether it is good.
    async fn ask(&mut self) -> Result<(), Ending> {
        if self.last_heard.elapsed() >= 2 * self.means.policy.ping {
            return Err(Ending::Silent);
        }
        self.still_theirs().await?;
        self.send(Message::Ping(Default::default())).await
    }

    /// Whether whoever has shown a token at the door would be let in now, and as the same one.
    async fn still_theirs(&mut self) -> Result<(), Ending> {
        let shown = self.authorization.as_ref().map(Secret::expose);
        let caller = self.means.callers.identify(shown).await?;
        if caller == Some(self.seat.user()) {
            Ok(())
        } else {
            Err(Ending::TokenOver)
        }
    }

    async fn last(&mut self) -> Result<u64, Ending> {
        let last = self.means.log.last(vec![self.seat.user()]).await?;
        Ok(last.first().copied().unwrap_or_default())
    }

    async fn since(&mut self, after: u64, limit: usize) -> Result<Since, Ending> {
        let since = self.means.log.since(self.seat.user(), after, limit);
        Ok(since.await?)
    }

    async fn say(&mut self, said: &Said) -> Result<(), Ending> {
        let text = serde_json::to_string(said).expect("texts and numbers are JSON");
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Ending> {
        self.speaks = true;
        let sent = time::timeout(self.means.policy.patience, self.socket.send(message)).await;
        self.speaks = false;
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Ending::Left),
            Err(_) => Err(Ending::TooSlow),
        }
    }

    /// Says the last word, if there is one, and waits for the peer's.
    async fn part(&mut self, close: Option<(u16, &'static str)>) {
        if let Some((code, reason)) = close {
            let close = CloseFrame {
                code,
                reason: Utf8Bytes::from_static(reason),
            };
            // A message of before that is still on its way goes first.
            if self.socket.send(Message::Close(Some(close))).await.is_err() {
                return;
            }
        }
        while let Some(Ok(_)) = self.socket.recv().await {}
    }
}

impl Position {
    fn at(number: u64) -> Self {
        Self {
            at: number,
            read: number,
            more: false,
        }
    }
}
