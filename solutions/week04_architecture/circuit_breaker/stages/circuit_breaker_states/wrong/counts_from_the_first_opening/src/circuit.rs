//! The states and what leads from one to the other. Knows no lock and no clock: whoever calls brings the time.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

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

/// How a call has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    Success,
    Failure,
}

pub(crate) struct Circuit {
    failures: NonZeroU32,
    cool_down: Duration,
    phase: Phase,
    /// Counts the changes of phase. A result that comes from an earlier one is about a dependency that there may
    /// no longer be in that form.
    period: u64,
}

/// Each state with what belongs to it and to no other, so that nothing is left over from the one before.
enum Phase {
    Closed { failures: u32 },
    // Also when the cool-down is over, until somebody calls: time passes without anybody being told.
    Open { since: Instant },
    HalfOpen { since: Instant },
}

impl Circuit {
    pub(crate) fn new(failures: NonZeroU32, cool_down: Duration) -> Self {
        Self {
            failures,
            cool_down,
            phase: Phase::Closed { failures: 0 },
            period: 0,
        }
    }

    pub(crate) fn state(&self, now: Instant) -> State {
        match self.phase {
            Phase::Closed { .. } => State::Closed,
            Phase::Open { since } if self.rest(since, now).is_some() => State::Open,
            Phase::Open { .. } | Phase::HalfOpen { .. } => State::HalfOpen,
        }
    }

    /// Lets a call through, and says in which period.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<u64, Refused> {
        if let Phase::Open { since } = self.phase {
            if let Some(rest) = self.rest(since, now) {
                return Err(Refused {
                    retry_after: Some(rest),
                });
            }
            self.enter(Phase::HalfOpen { since });
        }
        Ok(self.period)
    }

    /// A call of that period has ended.
    pub(crate) fn settle(&mut self, period: u64, ending: Ending, now: Instant) {
        if period != self.period {
            return;
        }
        match (&mut self.phase, ending) {
            (Phase::Closed { failures }, Ending::Success) => *failures = 0,
            (Phase::Closed { failures }, Ending::Failure) => {
                *failures += 1;
                if *failures >= self.failures.get() {
                    self.enter(Phase::Open { since: now });
                }
            }
            (Phase::HalfOpen { .. }, Ending::Success) => self.enter(Phase::Closed { failures: 0 }),
            (&mut Phase::HalfOpen { since }, Ending::Failure) => self.enter(Phase::Open { since }),
            (Phase::Open { .. }, _) => unreachable!("an open circuit lets nobody through"),
        }
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.period += 1;
    }

    /// What is left of a cool-down. By what has passed and not by when it ends: a sum with a cool-down of for ever is
    /// no moment.
    fn rest(&self, since: Instant, now: Instant) -> Option<Duration> {
        let rest = self
            .cool_down
            .checked_sub(now.saturating_duration_since(since))?;
        (!rest.is_zero()).then_some(rest)
    }
}
