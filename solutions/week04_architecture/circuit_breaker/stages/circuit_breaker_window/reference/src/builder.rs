//! What can be told to a breaker before it begins.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use crate::breaker::Breaker;
use crate::clock::{Clock, SystemClock};
use crate::trip::Trip;

/// How a breaker is to be. Made by [`Breaker::builder`].
#[derive(Clone)]
pub struct Builder {
    pub(crate) trip: Trip,
    pub(crate) cool_down: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            trip: Trip::InARow(NonZeroU32::new(5).expect("5 is not 0")),
            cool_down: Duration::from_secs(10),
            clock: Arc::new(SystemClock),
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

    /// Where the time comes from. The machine's clock, if nobody says.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// A breaker with a closed circuit.
    pub fn build(self) -> Breaker {
        Breaker::new(self)
    }
}
