//! What is told to the outside: changes of state as they happen, and totals.

use std::collections::VecDeque;

/// The circuit has changed its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Calls are refused from now on.
    Opened,
    /// The cool-down is over and somebody has called.
    HalfOpened,
    /// Calls go through again.
    Closed,
}

/// What has become of all calls so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Let through.
    pub admitted: u64,
    /// Not let through.
    pub refused: u64,
    /// Let through, and ended with a success.
    pub succeeded: u64,
    /// Let through, and ended with a failure.
    pub failed: u64,
    /// Let through, and ended without a result.
    pub abandoned: u64,
}

impl Totals {
    /// Let through, and not ended yet.
    pub fn in_flight(&self) -> u64 {
        self.admitted - self.succeeded - self.failed - self.abandoned
    }
}

/// How often each state was entered. That of the beginning was not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Transitions {
    pub opened: u64,
    pub half_opened: u64,
    pub closed: u64,
}

impl Transitions {
    pub(crate) fn count(&mut self, event: Event) {
        match event {
            Event::Opened => self.opened += 1,
            Event::HalfOpened => self.half_opened += 1,
            Event::Closed => self.closed += 1,
        }
    }
}

pub(crate) type Listener = dyn Fn(&Event) + Send + Sync;

/// Events that have happened and were not told yet. It is part of what the breaker's lock guards, so their order is that
/// of the changes; they are told when the lock is free.
#[derive(Default)]
pub(crate) struct Outbox {
    waiting: VecDeque<Event>,
    /// Somebody is telling. Whoever comes meanwhile leaves it to them.
    telling: bool,
}

impl Outbox {
    pub(crate) fn put(&mut self, event: Event) {
        self.waiting.push_back(event);
    }

    /// What the caller has to tell now, if anything. Until [`told`](Outbox::told), nobody else gets one.
    pub(crate) fn take(&mut self) -> Option<Event> {
        if self.telling {
            return None;
        }
        let event = self.waiting.pop_front()?;
        self.telling = true;
        Some(event)
    }

    pub(crate) fn told(&mut self) {
        self.telling = false;
    }
}
