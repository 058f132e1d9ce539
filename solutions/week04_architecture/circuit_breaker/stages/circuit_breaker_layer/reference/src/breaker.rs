//! The breaker, and what callers get from it: the circuit under a lock, with a clock beside it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::builder::Builder;
use crate::circuit::{Circuit, Ending, Refused, State};
use crate::clock::Clock;
use crate::events::{Listener, Outbox, Totals};
use crate::guard::Guard;

/// Stands before one dependency. Clones are the same breaker.
#[derive(Clone)]
pub struct Breaker {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    listener: Option<Arc<Listener>>,
    inside: Mutex<Inside>,
}

struct Inside {
    circuit: Circuit,
    outbox: Outbox,
}

/// A call that was let through. Say how it ended. One that is dropped says nothing about the dependency, and its place
/// is free again.
#[must_use = "a call that was let through ends in some way"]
pub struct Permit {
    breaker: Breaker,
    period: u64,
    pub(crate) ending: Ending,
}

impl Breaker {
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(settings: Builder) -> Self {
        let now = settings.clock.now();
        Self {
            shared: Arc::new(Shared {
                clock: settings.clock,
                listener: settings.listener,
                inside: Mutex::new(Inside {
                    circuit: Circuit::new(settings.trip, settings.cool_down, settings.probes, now),
                    outbox: Outbox::default(),
                }),
            }),
        }
    }

    /// What the circuit would do with a call at this moment. To ask changes nothing.
    pub fn state(&self) -> State {
        let (inside, now) = self.lock();
        inside.circuit.state(now)
    }

    /// What has become of all calls so far, at one moment.
    pub fn totals(&self) -> Totals {
        self.lock().0.circuit.totals()
    }

    /// Asks whether a call may be made.
    ///
    /// # Errors
    ///
    /// It may not; the dependency is to be left alone.
    pub fn acquire(&self) -> Result<Permit, Refused> {
        let period = self.step(|circuit, now| circuit.admit(now))?;
        Ok(Permit {
            breaker: self.clone(),
            period,
            ending: Ending::Abandoned,
        })
    }

    /// Makes calls that are futures. Guards of one breaker share its circuit, whatever their calls answer.
    pub fn guard<T: 'static, E: 'static>(&self) -> Guard<T, E> {
        Guard::new(self.clone())
    }

    /// What the breaker's clock says.
    pub(crate) fn now(&self) -> Instant {
        self.shared.clock.now()
    }

    /// Does something with the circuit, and tells what changed when nobody holds the lock any more.
    fn step<T>(&self, act: impl FnOnce(&mut Circuit, Instant) -> T) -> T {
        let (mut inside, now) = self.lock();
        let done = act(&mut inside.circuit, now);
        // Without a listener nobody would ever take them out.
        if let (Some(event), Some(listener)) = (inside.circuit.take_change(), &self.shared.listener)
        {
            inside.outbox.put(event);
            drop(inside);
            self.tell(listener.as_ref());
        }
        done
    }

    /// Tells all that is waiting, unless somebody is at it: another thread, or this one, further up in a listener that
    /// uses the breaker. They find it when they come back.
    fn tell(&self, listener: &Listener) {
        let mut next = self.lock().0.outbox.take();
        while let Some(event) = next {
            // The caller wanted to make a call. That the listener has a bug is nothing to them, and the next event is
            // to be told all the same.
            let _ = catch_unwind(AssertUnwindSafe(|| listener(&event)));
            let (mut inside, _) = self.lock();
            inside.outbox.told();
            next = inside.outbox.take();
        }
    }

    /// The circuit, and what time it is. The clock is read under the lock: read before it, the time could be older
    /// than that of somebody who came first.
    ///
    /// No code that panics runs under it but the clock's, before anything has changed.
    fn lock(&self) -> (MutexGuard<'_, Inside>, Instant) {
        let inside = self.shared.inside.lock();
        let inside = inside.unwrap_or_else(PoisonError::into_inner);
        (inside, self.shared.clock.now())
    }
}

impl Permit {
    /// The dependency did what it is there for.
    pub fn succeeded(mut self) {
        self.ending = Ending::Success;
    }

    /// It did not.
    pub fn failed(mut self) {
        self.ending = Ending::Failure;
    }
}

/// The one way in which a call ends. A caller that panics, or a task that is cancelled, comes by here too.
impl Drop for Permit {
    fn drop(&mut self) {
        let (period, ending) = (self.period, self.ending);
        self.breaker
            .step(|circuit, now| circuit.settle(period, ending, now));
    }
}
