//! The breaker, and what callers get from it: the circuit under a lock, with a clock beside it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::builder::Builder;
use crate::circuit::{Circuit, Ending, Refused, State};
use crate::clock::Clock;

/// Stands before one dependency. Clones are the same breaker.
#[derive(Clone)]
pub struct Breaker {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    circuit: Mutex<Circuit>,
}

/// A call that was let through. Say how it ended; one that is dropped says nothing.
#[must_use = "a call that was let through ends in some way"]
pub struct Permit {
    breaker: Breaker,
    period: u64,
}

impl Breaker {
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(settings: Builder) -> Self {
        Self {
            shared: Arc::new(Shared {
                clock: settings.clock,
                circuit: Mutex::new(Circuit::new(settings.failures, settings.cool_down)),
            }),
        }
    }

    /// What the circuit would do with a call at this moment. To ask changes nothing.
    pub fn state(&self) -> State {
        let (circuit, now) = self.lock();
        circuit.state(now)
    }

    /// Asks whether a call may be made.
    ///
    /// # Errors
    ///
    /// It may not; the dependency is to be left alone.
    pub fn acquire(&self) -> Result<Permit, Refused> {
        let (mut circuit, now) = self.lock();
        let period = circuit.admit(now)?;
        Ok(Permit {
            breaker: self.clone(),
            period,
        })
    }

    /// The circuit, and what time it is. The clock is read under the lock: read before it, the time could be older
    /// than that of somebody who came first.
    ///
    /// No code that panics runs under it but the clock's, before anything has changed.
    fn lock(&self) -> (MutexGuard<'_, Circuit>, Instant) {
        let circuit = self.shared.circuit.lock();
        let circuit = circuit.unwrap_or_else(PoisonError::into_inner);
        (circuit, self.shared.clock.now())
    }
}

impl Permit {
    /// The dependency did what it is there for.
    pub fn succeeded(self) {
        self.end(Ending::Success);
    }

    /// It did not.
    pub fn failed(self) {
        self.end(Ending::Failure);
    }

    fn end(self, ending: Ending) {
        let (mut circuit, now) = self.breaker.lock();
        circuit.settle(self.period, ending, now);
    }
}
