//! A lock that writes down who holds it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{self, LockResult, PoisonError, TryLockError, TryLockResult};

use crate::model::clock::Clock;
use crate::model::record::{self, Holder, Waits};
use crate::model::steps::{Step, place_in_file};

/// `std::sync::Mutex` in a model. It is never poisoned: a panic ends the exploration.
pub struct Mutex<T> {
    /// The lock as far as the model is concerned. What it guards is beside it, to be reached without loom
    /// once the model has failed.
    turn: loom::sync::Mutex<()>,
    data: sync::Mutex<T>,
    name: String,
    holder: Holder,
    /// What whoever held it last knew.
    known: sync::Mutex<Clock>,
}

/// A lock that is held until this is dropped.
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    /// Only a drop takes them away.
    data: Option<sync::MutexGuard<'a, T>>,
    /// None after the model has failed.
    turn: Option<loom::sync::MutexGuard<'a, ()>>,
}

impl<T> Mutex<T> {
    /// A lock that nobody holds. The record calls it as the field or variable is called, if names are
    /// shown.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let made = Location::caller();
        let name = record::with(|record, _| record.name_at(made));
        let unnamed = || format!("the lock of {}", place_in_file(made));
        Self::named(name.map_or_else(unnamed, str::to_owned), value)
    }

    /// A lock under the name by which the record calls it, where one line makes several of them.
    pub fn named(name: impl Into<String>, value: T) -> Self {
        Self {
            turn: loom::sync::Mutex::new(()),
            data: sync::Mutex::new(value),
            name: name.into(),
            holder: Holder::default(),
            known: sync::Mutex::default(),
        }
    }

    /// Waits until nobody holds the lock, and takes it.
    ///
    /// # Errors
    ///
    /// Never; std's signature.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        Ok(self.acquire("locks", Location::caller()))
    }

    /// Takes the lock if nobody holds it. Giving a lock back is no step to loom, so it leaves out orders in
    /// which this fails: a holder is met only if it takes another step that matters to this thread.
    ///
    /// # Errors
    ///
    /// If somebody does.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let place = Location::caller();
        if record::stopped() {
            return Ok(self.guard(None));
        }
        if let Ok(turn) = self.turn.try_lock() {
            self.taken("locks", place);
            return Ok(self.guard(Some(turn)));
        }
        let holder = *own(self.holder.lock());
        record::with(|record, me| {
            let note = holder.map(|holder| format!("{} holds it", record.name_of(holder)));
            let step = Step::new(format!("finds {} locked", self.name))
                .at(place)
                .noting(note.unwrap_or_default());
            record.add(me, step);
        });
        Err(TryLockError::WouldBlock)
    }

    /// The value, which nobody shares any more.
    ///
    /// # Errors
    ///
    /// Never; std's signature.
    pub fn into_inner(self) -> LockResult<T> {
        Ok(own(self.data.into_inner()))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Waits for the lock; the record says `how` it came to be taken.
    pub(super) fn acquire(
        &self,
        how: &str,
        place: &'static Location<'static>,
    ) -> MutexGuard<'_, T> {
        if record::stopped() {
            return self.guard(None);
        }
        record::waits(Some(Waits {
            what: format!("waits for {}", self.name),
            holder: Some(Holder::clone(&self.holder)),
            place,
        }));
        let turn = own(self.turn.lock());
        record::waits(None);
        self.taken(how, place);
        self.guard(Some(turn))
    }

    fn taken(&self, how: &str, place: &'static Location<'static>) {
        let known = *own(self.known.lock());
        record::with(|record, me| {
            *own(self.holder.lock()) = Some(me);
            record.threads[me].knowledge.now.join(&known);
            let step = Step::new(format!("{how} {}", self.name)).at(place);
            record.add(me, step);
        });
    }

    fn guard<'a>(&'a self, turn: Option<loom::sync::MutexGuard<'a, ()>>) -> MutexGuard<'a, T> {
        // Free, unless the model has failed while another thread held it: that one never goes on.
        let data = match self.data.try_lock() {
            Ok(data) => data,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => panic!("{} is held for ever", self.name),
        };
        MutexGuard {
            lock: self,
            data: Some(data),
            turn,
        }
    }
}

impl<'a, T> MutexGuard<'a, T> {
    pub(super) fn lock(&self) -> &'a Mutex<T> {
        self.lock
    }

    /// Gives the lock back. The record says `what` happened, unless the caller has said it.
    pub(super) fn release(mut self, what: Option<String>) {
        self.end(what);
    }

    fn end(&mut self, what: Option<String>) {
        self.data = None;
        let Some(turn) = self.turn.take() else { return };
        if !record::stopped() {
            record::with(|record, me| {
                *own(self.lock.holder.lock()) = None;
                let now = &mut record.threads[me].knowledge.now;
                now.tick(me);
                *own(self.lock.known.lock()) = *now;
                if let Some(what) = what {
                    let step = Step::new(what);
                    record.add(me, step);
                }
            });
        }
        drop(turn);
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.data.as_ref().expect("held until the drop")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.data.as_mut().expect("held until the drop")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.end(Some(format!("unlocks {}", self.lock.name)));
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").field("data", &self.data).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// No lock of the record is held while learners' code runs, so none of them can be poisoned by it.
fn own<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
