//! The audit trail of a bank's back office: requests record what was done, a shipper stores it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a request may wait for its event to be accepted.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// What somebody has done. There is one of each, so it can't be cloned.
#[derive(Debug, PartialEq, Eq)]
pub struct Event {
    /// Who did what, to what.
    pub text: String,
}

/// Where events are kept.
pub trait Store {
    /// Stores an event. It may take any time.
    ///
    /// # Errors
    ///
    /// Fails if the event was not stored, and would fail again.
    fn write(&mut self, event: &Event) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// The store takes no event any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    /// What the store says.
    pub reason: String,
}

/// Where requests record what was done. A clone records in the same trail.
#[derive(Debug, Clone)]
pub struct Trail {
    events: mpsc::Sender<Event>,
}

/// Takes events from the trail to the store.
#[derive(Debug)]
pub struct Shipper {
    events: mpsc::Receiver<Event>,
}

/// Why an event was not recorded. It is given back, so that the request can decide what becomes of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Unrecorded {
    /// The trail stayed full for [`PATIENCE`].
    Busy(Event),
    /// The shipper has stopped, or stopped while this event waited.
    Stopped(Event),
}

/// How the shipper ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended {
    /// What the store said, or `None` if there was nobody left to record anything.
    pub error: Option<StoreError>,
    /// Events that were accepted and are not stored, in the order in which they were accepted.
    pub unshipped: Vec<Event>,
}

/// A trail that keeps so many events until the shipper takes them.
///
/// # Panics
///
/// Panics if `capacity` is zero.
#[must_use]
pub fn trail(capacity: usize) -> (Trail, Shipper) {
    let (sender, receiver) = mpsc::channel(capacity);
    (Trail { events: sender }, Shipper { events: receiver })
}

impl Trail {
    /// Records an event: when this returns `Ok`, the event will be stored, or [`Shipper::run`] names it
    /// among those that were not. It waits for a place for [`PATIENCE`] at the longest.
    ///
    /// # Errors
    ///
    /// Gives the event back, by [`Unrecorded::Busy`] if no place came free in that time and by
    /// [`Unrecorded::Stopped`] as soon as the shipper has stopped.
    pub async fn record(&self, event: Event) -> Result<(), Unrecorded> {
        // A permit is a place in the channel. Nothing is lost if the wait for one is dropped.
        match timeout(PATIENCE, self.events.reserve()).await {
            Ok(Ok(place)) => {
                place.send(event);
                Ok(())
            }
            Ok(Err(_)) => Err(Unrecorded::Stopped(event)),
            Err(_) => Err(Unrecorded::Busy(event)),
        }
    }
}

impl Shipper {
    /// Stores events until nobody can record one any more, or the store fails. To be called once.
    ///
    /// When it returns, the trail is closed, whether or not the shipper is dropped: each
    /// [`record`](Trail::record) that waits, or comes later, is answered by [`Unrecorded::Stopped`].
    pub async fn run(&mut self, store: &mut impl Store) -> Ended {
        while let Some(event) = self.events.recv().await {
            if let Err(error) = store.write(&event).await {
                // Our owner may keep us for long, and an open channel that nobody reads is a hang for all
                // who send. Close first, empty afterwards: the other way round leaves a gap in which an
                // event is accepted and never looked at.
                self.events.close();
                let mut unshipped = vec![event];
                while let Some(event) = self.events.recv().await {
                    unshipped.push(event);
                }
                return Ended {
                    error: Some(error),
                    unshipped,
                };
            }
        }
        Ended {
            error: None,
            unshipped: vec![],
        }
    }
}

impl fmt::Display for Unrecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unrecorded::Busy(_) => f.write_str("the audit trail is full"),
            Unrecorded::Stopped(_) => f.write_str("the audit trail has stopped"),
        }
    }
}

impl Error for Unrecorded {}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store takes no events: {}", self.reason)
    }
}

impl Error for StoreError {}
