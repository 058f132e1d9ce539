//! The states and what leads from one to the other. Knows no lock and no clock: whoever calls brings the time.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::events::{Event, Totals, Transitions};
use crate::trip::{Trip, Watch};

/// What a circuit does with the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Calls go through.
    Closed,
    /// The cool-down is running; calls are refused.
    Open,
    /// The cool-down is over. Some calls go through, the probes, and what they find out decides.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Success,
    Failure,
    /// Without a result.
    Abandoned,
}

pub(crate) struct Circuit {
    trip: Trip,
    cool_down: Duration,
    probes: NonZeroU32,
    phase: Phase,
    /// Counts the changes of phase. A result that comes from an earlier one is about a dependency that there may
    /// no longer be in that form.
    period: u64,
    totals: Totals,
    transitions: Transitions,
    /// The last change, until somebody takes it. No step makes two.
    changed: Option<Event>,
}

/// Each state with what belongs to it and to no other, so that nothing is left over from the one before.
enum Phase {
    Closed(Watch),
    // Also when the cool-down is over, until somebody calls: time passes without anybody being told.
    Open { since: Instant },
    // Both count against the number of probes: what has succeeded needs no more probes, and what is under way may
    // yet succeed.
    HalfOpen { under_way: u32, succeeded: u32 },
}

impl Circuit {
    pub(crate) fn new(trip: Trip, cool_down: Duration, probes: NonZeroU32, now: Instant) -> Self {
        Self {
            phase: Phase::Closed(Watch::new(&trip, now)),
            trip,
            cool_down,
            probes,
            period: 0,
            totals: Totals::default(),
            transitions: Transitions::default(),
            changed: None,
        }
    }

    pub(crate) fn state(&self, now: Instant) -> State {
        match self.phase {
            Phase::Closed(_) => State::Closed,
            Phase::Open { since } if self.rest(since, now).is_some() => State::Open,
            Phase::Open { .. } | Phase::HalfOpen { .. } => State::HalfOpen,
        }
    }

    pub(crate) fn totals(&self) -> Totals {
        self.totals
    }

    pub(crate) fn transitions(&self) -> Transitions {
        self.transitions
    }

    /// What the last step has changed.
    pub(crate) fn take_change(&mut self) -> Option<Event> {
        self.changed.take()
    }

    /// Lets a call through, and says in which period.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<u64, Refused> {
        let admitted = self.try_admit(now);
        match admitted {
            Ok(_) => self.totals.admitted += 1,
            Err(_) => self.totals.refused += 1,
        }
        admitted
    }

    fn try_admit(&mut self, now: Instant) -> Result<u64, Refused> {
        if let Phase::Open { since } = self.phase {
            if let Some(rest) = self.rest(since, now) {
                return Err(Refused {
                    retry_after: Some(rest),
                });
            }
            self.enter(Phase::HalfOpen {
                under_way: 0,
                succeeded: 0,
            });
        }
        // Looking and taking a place are one step, because whoever calls holds the lock.
        if let Phase::HalfOpen {
            under_way,
            succeeded,
        } = &mut self.phase
        {
            if *under_way + *succeeded >= self.probes.get() {
                return Err(Refused { retry_after: None });
            }
            *under_way += 1;
        }
        Ok(self.period)
    }

    /// A call of that period has ended.
    pub(crate) fn settle(&mut self, period: u64, ending: Ending, now: Instant) {
        // Late results count here. They have happened, and a total that leaves them out never adds up again.
        match ending {
            Ending::Success => self.totals.succeeded += 1,
            Ending::Failure => self.totals.failed += 1,
            Ending::Abandoned => self.totals.abandoned += 1,
        }
        if period != self.period {
            return;
        }
        match (&mut self.phase, ending) {
            (Phase::Closed(_), Ending::Abandoned) => {}
            (Phase::Closed(watch), ending) => {
                if watch.trips(ending == Ending::Failure, now) {
                    self.enter(Phase::Open { since: now });
                }
            }
            (
                Phase::HalfOpen {
                    under_way,
                    succeeded,
                },
                Ending::Success,
            ) => {
                *under_way -= 1;
                *succeeded += 1;
                if *succeeded >= self.probes.get() {
                    self.enter(Phase::Closed(Watch::new(&self.trip, now)));
                }
            }
            (Phase::HalfOpen { .. }, Ending::Failure) => self.enter(Phase::Open { since: now }),
            (Phase::HalfOpen { under_way, .. }, Ending::Abandoned) => *under_way -= 1,
            (Phase::Open { .. }, _) => unreachable!("an open circuit lets nobody through"),
        }
    }

    fn enter(&mut self, phase: Phase) {
        let event = match phase {
            Phase::Closed(_) => Event::Closed,
            Phase::Open { .. } => Event::Opened,
            Phase::HalfOpen { .. } => Event::HalfOpened,
        };
        // Counted where it is made. Told, it is later, or never, if nobody listens.
        self.transitions.count(event);
        self.changed = Some(event);
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
