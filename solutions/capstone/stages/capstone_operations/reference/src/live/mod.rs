//! Live updates: sockets over which users see what happens to their tasks.
//!
//! A socket is a place in its owner's log, and not a queue beside it. Whoever comes back names their place, and whoever is
//! slow is behind; neither costs anything but what is on its way. What is held for all of them is one number per owner.
//!
//! Like `http`, this is an edge: it speaks WebSocket (RFC 6455), and the rest of the service does not.
//!
//! Architecture invariant: nothing is spawned. All sockets are polled by the one future of [`Sockets`], so whoever drops
//! that has closed them.

mod conversation;
mod seats;

use std::future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::WebSocket;
use futures_util::FutureExt;
use futures_util::stream::StreamExt;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time;
use tracing::{Instrument, error, info_span, warn};

use self::conversation::Conversation;
use self::seats::{Seat, Seats};
use crate::Secret;
use crate::domain::UserId;
use crate::ports::{Callers, UpdateLog};
use crate::telemetry;
use crate::turn::{Cuts, Turn, Unfinished};

/// How sockets are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How many updates are read ahead for a socket, at least one. Default: 32.
    pub buffer: usize,
    /// How long one message may take to be sent. Longer is too slow. Default: 10 s.
    pub patience: Duration,
    /// How often a peer is asked whether it is there, and its token whether it is good. Default: 20 s.
    pub ping: Duration,
    /// How often to look for updates that nobody has announced: those that came from another process. Default: 1 s.
    pub poll: Duration,
    /// How many sockets a user may have. Default: 8.
    pub per_user: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            buffer: 32,
            patience: Duration::from_secs(10),
            ping: Duration::from_secs(20),
            poll: Duration::from_secs(1),
            per_user: 8,
        }
    }
}

/// Where sockets come in, and where they are served. The second belongs into the background of the service.
pub fn open(log: Arc<dyn UpdateLog>, callers: Arc<dyn Callers>, policy: Policy) -> (Door, Sockets) {
    // As many as there are seats for: what is counted is seats, and nobody waits here.
    let (arrivals, arriving) = mpsc::channel(Semaphore::MAX_PERMITS);
    let seats = Seats::default();
    let door = Door {
        seats: seats.clone(),
        arrivals,
        per_user: policy.per_user,
    };
    let means = Means {
        log,
        callers,
        policy,
    };
    let sockets = Sockets {
        means,
        seats,
        arriving,
    };
    (door, sockets)
}

/// Lets sockets in. Clones are the same door.
#[derive(Clone)]
pub struct Door {
    seats: Seats,
    arrivals: mpsc::Sender<Arrived>,
    per_user: usize,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shut {
    /// This user has as many sockets as anybody may have.
    Full,
    /// The service is about to stop.
    Stopping,
}

/// The right to bring one socket in. As long as it is there, the service waits for that socket, also when it stops.
pub(crate) struct Admission {
    seat: Seat,
    place: mpsc::OwnedPermit<Arrived>,
}

impl Door {
    /// Reserves a place, before it is said that there is one.
    pub(crate) fn admit(&self, user: UserId) -> Result<Admission, Shut> {
        let place = self.arrivals.clone().try_reserve_owned();
        Ok(Admission {
            place: place.map_err(|_| Shut::Stopping)?,
            seat: self.seats.take(user, self.per_user).ok_or(Shut::Full)?,
        })
    }
}

impl Admission {
    /// Hands the socket over to the one who serves all of them. `after` is the place in the log where it goes on, and
    /// `authorization` what its owner has shown.
    pub(crate) fn enter(
        self,
        socket: WebSocket,
        authorization: Option<Secret>,
        after: Option<u64>,
    ) {
        self.place.send(Arrived {
            socket,
            seat: self.seat,
            authorization,
            after,
        });
    }
}

struct Arrived {
    socket: WebSocket,
    seat: Seat,
    authorization: Option<Secret>,
    after: Option<u64>,
}

/// Whether it is time to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Leave {
    NotYet,
    /// When it is said what there is to be said.
    Soon,
    Now,
}

/// What every conversation works with.
struct Means {
    log: Arc<dyn UpdateLog>,
    callers: Arc<dyn Callers>,
    policy: Policy,
}

/// Serves the sockets that come in at the [`Door`].
pub struct Sockets {
    means: Means,
    seats: Seats,
    arriving: mpsc::Receiver<Arrived>,
}

impl Sockets {
    /// Serves until `stop` completes. Then it lets nobody in any more, takes leave of all, and returns when they have
    /// gone. If the future is dropped, so are all sockets.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let all_the_time = future::pending();
        self.serve(stop, all_the_time, Cuts::default()).await;
    }

    /// As [`run`](Self::run), with the turn that sockets have in the drain. Those that have not ended when the future is
    /// dropped are counted.
    pub async fn drained(self, turn: Turn) {
        self.serve(turn.stopping, turn.cutting, turn.cuts).await;
    }

    async fn serve(
        mut self,
        stop: impl Future<Output = ()>,
        cutting: impl Future<Output = ()>,
        cuts: Cuts,
    ) {
        let (leaving, leave) = watch::channel(Leave::NotYet);
        let (mut stop, mut cutting) = (pin!(stop.fuse()), pin!(cutting.fuse()));
        let mut watching = pin!(watch_log(&self.means, &self.seats));
        let mut open = Unfinished::new(cuts);
        // Ends when the door is shut and all who were admitted before have come in or have gone.
        let mut more_to_come = true;
        while more_to_come || !open.is_empty() {
            tokio::select! {
                () = &mut stop => {
                    self.arriving.close();
                    leaving.send_modify(|leave| *leave = Leave::Soon.max(*leave));
                }
                () = &mut cutting => {
                    leaving.send_replace(Leave::Now);
                }
                arrived = self.arriving.recv(), if more_to_come => match arrived {
                    Some(arrived) => open.push(serve(&self.means, arrived, leave.clone())),
                    None => more_to_come = false,
                },
                Some(()) = open.next() => {}
                () = &mut watching => {}
            }
        }
    }
}

/// One socket from its arrival to its end.
async fn serve(means: &Means, arrived: Arrived, leave: watch::Receiver<Leave>) {
    let span = info_span!("socket", user = arrived.seat.user().get());
    let conversation = Conversation::new(means, arrived).hold(leave);
    let conversation = AssertUnwindSafe(conversation.instrument(span));
    // One socket's bug is not the end of the others.
    if conversation.catch_unwind().await.is_err() {
        error!("a socket was dropped: its conversation has panicked");
    }
}

/// Finds out how far the logs of those who listen have come. One question for all of them, however many there are.
async fn watch_log(means: &Means, seats: &Seats) {
    loop {
        tokio::select! {
            () = means.log.grown() => {}
            () = time::sleep(means.policy.poll) => {}
        }
        let owners = seats.owners();
        if owners.is_empty() {
            continue;
        }
        match means.log.last(owners.clone()).await {
            Ok(last) => owners
                .into_iter()
                .zip(last)
                .for_each(|(owner, number)| seats.tell(owner, number)),
            // Nothing is lost by that: the numbers are still there when it answers again.
            Err(error) => warn!(
                error = telemetry::chain(&error),
                "the log of updates does not answer"
            ),
        }
    }
}
