//! A condition variable that writes down whom it wakes.

use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::sync::{self, LockResult, PoisonError};

use super::mutex::MutexGuard;
use crate::model::record::{self, Waits};
use crate::model::steps::Step;

/// `std::sync::Condvar` in a model: whoever waited first is woken first, and nobody is woken for no
/// reason. Time is not modelled, so there is no wait with a timeout.
///
/// Made of parking, and not of loom's own: loom's takes its turn *inside* of the wait, where no record
/// could say whether a notification came before or after.
pub struct Condvar {
    /// Touched by each wait and each notification, so that loom tries them in every order.
    turn: loom::sync::atomic::AtomicUsize,
    waiting: sync::Mutex<VecDeque<Waiter>>,
    name: &'static str,
}

struct Waiter {
    number: usize,
    thread: loom::thread::Thread,
}

impl Condvar {
    /// Nobody waits yet. The record calls it as the field or variable is called, if names are shown.
    #[track_caller]
    pub fn new() -> Self {
        let made = Location::caller();
        let name = record::with(|record, _| record.name_at(made));
        Self {
            turn: loom::sync::atomic::AtomicUsize::new(0),
            waiting: sync::Mutex::default(),
            name: name.unwrap_or("the condition variable"),
        }
    }

    /// Gives the lock back, waits for a notification, and takes the lock again.
    ///
    /// # Errors
    ///
    /// Never; std's signature.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let place = Location::caller();
        if record::stopped() {
            return Ok(guard);
        }
        self.take_turn();
        let lock = guard.lock();
        let number = record::with(|record, me| {
            let step = Step::new(format!(
                "unlocks {} and waits on {}",
                lock.name(),
                self.name
            ))
            .at(place);
            record.add(me, step);
            me
        });
        self.waiting().push_back(Waiter {
            number,
            thread: loom::thread::current(),
        });
        guard.release(None);
        record::waits(Some(Waits {
            what: format!("waits on {} for a notification", self.name),
            holder: None,
            place,
        }));
        loom::thread::park();
        Ok(lock.acquire("wakes up and locks", place))
    }

    /// Waits as long as the condition holds, which is asked before the first wait and after each one.
    ///
    /// # Errors
    ///
    /// Never; std's signature.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while !record::stopped() && condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Wakes the thread that has waited longest. If none waits, the notification is lost.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify("notifies one", 1, Location::caller());
    }

    /// Wakes all threads that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify("notifies all", usize::MAX, Location::caller());
    }

    fn notify(&self, how: &str, at_most: usize, place: &'static Location<'static>) {
        if record::stopped() {
            return;
        }
        self.take_turn();
        let woken: Vec<Waiter> = {
            let mut waiting = self.waiting();
            let count = at_most.min(waiting.len());
            waiting.drain(..count).collect()
        };
        record::with(|record, me| {
            let names: Vec<&str> = woken.iter().map(|w| record.name_of(w.number)).collect();
            let note = if names.is_empty() {
                "nobody waits, so it is lost".to_owned()
            } else {
                format!("wakes {}", names.join(" and "))
            };
            let step = Step::new(format!("{how} on {}", self.name))
                .at(place)
                .noting(note);
            record.add(me, step);
        });
        for waiter in woken {
            waiter.thread.unpark();
        }
    }

    /// Relaxed: a notification orders nothing, the lock does.
    fn take_turn(&self) {
        self.turn
            .fetch_add(1, loom::sync::atomic::Ordering::Relaxed);
    }

    fn waiting(&self) -> sync::MutexGuard<'_, VecDeque<Waiter>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}
