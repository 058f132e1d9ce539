//! A circuit breaker: stops calling a dependency that fails, and finds out when it works again.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout};

/// When a circuit opens, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// So many failures in a row open the circuit.
    pub failures: NonZeroU32,
    /// How long an open circuit refuses every call.
    pub cool_down: Duration,
    /// A call that has no result after this long has failed.
    pub call_limit: Duration,
}

/// What a circuit does with the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Calls go through.
    Closed,
    /// The cool-down is running; calls are refused.
    Open,
    /// The cool-down is over. One call, the probe, goes through; others are refused meanwhile.
    HalfOpen,
}

/// Why a call has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError<E> {
    /// The circuit let nothing through; the dependency was not touched.
    Refused,
    /// The dependency had not answered at the limit, and the call was given up.
    TimedOut,
    /// The dependency answered with an error.
    Failed(E),
}

/// Stands between callers and one dependency. Callers share it by reference or in an `Arc`.
///
/// Each call that goes through holds a [`Ticket`], and whatever becomes of the call is learnt when
/// its ticket is dropped. So a future that is dropped half way reports like any other.
pub struct Breaker {
    settings: Settings,
    circuit: Mutex<Circuit>,
}

struct Circuit {
    phase: Phase,
}

enum Phase {
    Closed { failures: u32 },
    Open { since: Instant },
    // Keeps the time of opening, so that a probe without a result can hand its place to the next
    // caller at once: the cool-down is over already.
    Probing { open_since: Instant },
}

impl Breaker {
    /// A closed circuit.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            circuit: Mutex::new(Circuit {
                phase: Phase::Closed { failures: 0 },
            }),
        }
    }

    /// What the circuit would do with a call at this moment.
    pub fn state(&self) -> State {
        match self.circuit().phase {
            Phase::Closed { .. } => State::Closed,
            Phase::Open { since } if since.elapsed() < self.settings.cool_down => State::Open,
            Phase::Open { .. } | Phase::Probing { .. } => State::HalfOpen,
        }
    }

    /// Runs `operation` if the circuit lets it through, and learns from how it ends. A refused
    /// operation is not started.
    ///
    /// Dropping the future is allowed at any time. It says nothing about the dependency: it counts
    /// neither as a failure nor as a success, and a probe's place goes to the next caller.
    pub async fn call<T, E, F, Fut>(&self, operation: F) -> Result<T, CallError<E>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        let Some(mut ticket) = self.admit() else {
            return Err(CallError::Refused);
        };
        // The limit is part of the breaker because a probe that hangs would hold its place for ever.
        match timeout(self.settings.call_limit, operation()).await {
            Ok(Ok(value)) => {
                ticket.ending = Ending::Success;
                Ok(value)
            }
            Ok(Err(error)) => {
                ticket.ending = Ending::Failure;
                Err(CallError::Failed(error))
            }
            Err(_) => {
                ticket.ending = Ending::Failure;
                Err(CallError::TimedOut)
            }
        }
    }

    /// Deciding and taking the probe's place happen under one lock: between two, all callers that
    /// wait for the end of the cool-down would see it free.
    fn admit(&self) -> Option<Ticket<'_>> {
        let mut circuit = self.circuit();
        match circuit.phase {
            Phase::Closed { .. } => {}
            Phase::Open { since } if since.elapsed() >= self.settings.cool_down => {
                circuit.enter(Phase::Probing { open_since: since });
            }
            Phase::Open { .. } | Phase::Probing { .. } => return None,
        }
        Some(Ticket {
            breaker: self,
            ending: Ending::Dropped,
        })
    }

    fn settle(&self, ending: Ending) {
        let mut circuit = self.circuit();
        let now = Instant::now();
        match (&mut circuit.phase, ending) {
            (Phase::Closed { failures }, Ending::Success) => *failures = 0,
            (Phase::Closed { failures }, Ending::Failure) => {
                *failures += 1;
                if *failures >= self.settings.failures.get() {
                    circuit.enter(Phase::Open { since: now });
                }
            }
            (Phase::Closed { .. }, Ending::Dropped) => {}
            (Phase::Probing { .. }, Ending::Success) => {
                circuit.enter(Phase::Closed { failures: 0 });
            }
            (Phase::Probing { .. }, Ending::Failure) => circuit.enter(Phase::Open { since: now }),
            (&mut Phase::Probing { open_since }, Ending::Dropped) => {
                circuit.enter(Phase::Open { since: open_since });
            }
            (Phase::Open { .. }, Ending::Success) => circuit.enter(Phase::Closed { failures: 0 }),
            (Phase::Open { .. }, Ending::Failure | Ending::Dropped) => {}
        }
    }

    /// Never held across an await. A panic elsewhere leaves nothing half written here, so a poisoned
    /// lock is taken all the same.
    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Circuit {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
    }
}

/// A call under way.
struct Ticket<'a> {
    breaker: &'a Breaker,
    ending: Ending,
}

#[derive(Clone, Copy)]
enum Ending {
    Success,
    Failure,
    /// No result: the caller went away, or the operation panicked.
    Dropped,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.breaker.settle(self.ending);
    }
}
