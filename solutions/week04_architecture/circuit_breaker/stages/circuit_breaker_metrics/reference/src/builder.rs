//! What can be told to a breaker before it begins.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use crate::breaker::Breaker;
use crate::clock::{Clock, SystemClock};
use crate::events::{Event, Listener};
use crate::trip::Trip;

/// How a breaker is to be. Made by [`Breaker::builder`].
#[derive(Clone)]
pub struct Builder {
    pub(crate) trip: Trip,
    pub(crate) cool_down: Duration,
    pub(crate) probes: NonZeroU32,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) listener: Option<Arc<Listener>>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            trip: Trip::InARow(NonZeroU32::new(5).expect("5 is not 0")),
            cool_down: Duration::from_secs(10),
            probes: NonZeroU32::MIN,
            clock: Arc::new(SystemClock),
            listener: None,
        }
    }

    /// So many failures in a row open the circuit. 5, if nobody says.
    pub fn failures(self, failures: NonZeroU32) -> Self {
        self.trip(Trip::InARow(failures))
    }

    /// What opens the circuit.
    pub fn trip(mut self, trip: Trip) -> Self {
        self.trip = trip;
        self
    }

    /// How long an open circuit refuses every call. 10 seconds, if nobody says.
    pub fn cool_down(mut self, cool_down: Duration) -> Self {
        self.cool_down = cool_down;
        self
    }

    /// So many calls a half-open circuit lets through, and so many have to succeed to close it. One, if nobody says.
    pub fn probes(mut self, probes: NonZeroU32) -> Self {
        self.probes = probes;
        self
    }

    /// Where the time comes from. The machine's clock, if nobody says.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Who is told of each change of state: one after the other, in the order in which they happened, by a thread that
    /// uses the breaker. It may use the breaker itself. If it panics, that is between it and the panic hook.
    pub fn on_event(mut self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// A breaker with a closed circuit.
    pub fn build(self) -> Breaker {
        Breaker::new(self)
    }
}
