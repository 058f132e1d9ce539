//! The breaker, and what callers get from it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::builder::Builder;

/// Stands before one dependency. Clones are the same breaker.
#[derive(Clone)]
pub struct Breaker {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Builder,
    circuit: Mutex<Circuit>,
}

struct Circuit {
    state: State,
    failures: u32,
    opened: Option<Instant>,
}

/// What a circuit does with the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Calls go through.
    Closed,
    /// The cool-down is running; calls are refused.
    Open,
    /// The cool-down is over, and what the next calls find out decides.
    HalfOpen,
}

/// A call is not let through.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// When it is worth asking again: so long from now. `None` if nobody knows.
    pub retry_after: Option<Duration>,
}

/// A call that was let through. Say how it ended; one that is dropped says nothing.
#[must_use = "a call that was let through ends in some way"]
pub struct Permit {
    breaker: Breaker,
}

impl Breaker {
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(settings: Builder) -> Self {
        let circuit = Circuit {
            state: State::Closed,
            failures: 0,
            opened: None,
        };
        Self {
            shared: Arc::new(Shared {
                settings,
                circuit: Mutex::new(circuit),
            }),
        }
    }

    /// What the circuit would do with a call at this moment.
    pub fn state(&self) -> State {
        self.lock().state
    }

    /// Asks whether a call may be made.
    ///
    /// # Errors
    ///
    /// It may not; the dependency is to be left alone.
    pub fn acquire(&self) -> Result<Permit, Refused> {
        let mut circuit = self.lock();
        let now = self.shared.settings.clock.now();
        if let Some(opened) = circuit.opened
            && circuit.state == State::Open
        {
            let cool_down = self.shared.settings.cool_down;
            if now < opened + cool_down {
                return Err(Refused {
                    retry_after: Some(cool_down),
                });
            }
            circuit.state = State::HalfOpen;
        }
        Ok(Permit {
            breaker: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        let circuit = self.shared.circuit.lock();
        circuit.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// The dependency did what it is there for.
    pub fn succeeded(self) {
        let mut circuit = self.breaker.lock();
        circuit.state = State::Closed;
    }

    /// It did not.
    pub fn failed(self) {
        let mut circuit = self.breaker.lock();
        let settings = &self.breaker.shared.settings;
        circuit.failures += 1;
        if circuit.failures >= settings.failures.get() {
            circuit.state = State::Open;
            circuit.opened = Some(settings.clock.now());
        }
    }
}
