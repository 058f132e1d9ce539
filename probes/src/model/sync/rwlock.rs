//! A lock for many readers or one writer, which writes down who holds it.

use std::fmt;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{self, LockResult, PoisonError, TryLockError};

use loom::sync::atomic::Ordering;

use crate::model::clock::Clock;
use crate::model::record::{self, Holder, Waits};
use crate::model::steps::{Step, place_in_file};

/// `std::sync::RwLock` in a model. It is never poisoned: a panic ends the exploration. It prefers neither
/// readers nor writers: every order is tried.
///
/// Made of parking, and not of loom's own: loom's does not know that one thread may read twice.
pub struct RwLock<T> {
    /// Touched by each lock and unlock, so that loom tries them in every order, and orders what they guard.
    turn: loom::sync::atomic::AtomicUsize,
    held: sync::Mutex<Held>,
    data: sync::RwLock<T>,
    name: String,
    /// The writer, or one of the readers.
    holder: Holder,
    /// What all who held it knew.
    known: sync::Mutex<Clock>,
}

#[derive(Default)]
struct Held {
    readers: usize,
    writing: bool,
    /// Who they are, each as often as it holds the lock.
    by: Vec<usize>,
    /// They look again after each unlock.
    waiting: Vec<loom::thread::Thread>,
}

/// A lock that is held for reading until this is dropped.
pub struct RwLockReadGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// Only a drop takes it away.
    data: Option<sync::RwLockReadGuard<'a, T>>,
}

/// A lock that is held for writing until this is dropped.
pub struct RwLockWriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    data: Option<sync::RwLockWriteGuard<'a, T>>,
}

impl<T> RwLock<T> {
    /// A lock that nobody holds. The record calls it as the field or variable is called, if names are
    /// shown.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let made = Location::caller();
        let name = record::with(|record, _| record.name_at(made));
        Self {
            turn: loom::sync::atomic::AtomicUsize::new(0),
            held: sync::Mutex::default(),
            data: sync::RwLock::new(value),
            name: name.map_or_else(
                || format!("the lock of {}", place_in_file(made)),
                str::to_owned,
            ),
            holder: Holder::default(),
            known: sync::Mutex::default(),
        }
    }

    /// Waits until nobody holds the lock for writing, and takes it for reading.
    ///
    /// # Errors
    ///
    /// Never; std's signature.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        self.acquire("read", Location::caller(), |held| {
            held.readers += usize::from(!held.writing);
            !held.writing
        });
        let data = match self.data.try_read() {
            Ok(data) => data,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => panic!("{} is held for ever", self.name),
        };
        Ok(RwLockReadGuard {
            lock: self,
            data: Some(data),
        })
    }

    /// Waits until nobody holds the lock, and takes it for writing.
    ///
    /// # Errors
    ///
    /// Never; std's signature.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        self.acquire("write", Location::caller(), |held| {
            let free = !held.writing && held.readers == 0;
            held.writing |= free;
            free
        });
        let data = match self.data.try_write() {
            Ok(data) => data,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => panic!("{} is held for ever", self.name),
        };
        Ok(RwLockWriteGuard {
            lock: self,
            data: Some(data),
        })
    }

    /// The value, which nobody shares any more.
    ///
    /// # Errors
    ///
    /// Never; std's signature.
    pub fn into_inner(self) -> LockResult<T> {
        Ok(own(self.data.into_inner()))
    }

    /// Waits until `take` has taken it.
    fn acquire(
        &self,
        to: &str,
        place: &'static Location<'static>,
        take: impl Fn(&mut Held) -> bool,
    ) {
        if record::stopped() {
            return;
        }
        loop {
            self.take_turn();
            let mut held = own(self.held.lock());
            if take(&mut held) {
                break;
            }
            held.waiting.push(loom::thread::current());
            drop(held);
            record::waits(Some(Waits {
                what: format!("waits to {to} {}", self.name),
                holder: Some(Holder::clone(&self.holder)),
                place,
            }));
            loom::thread::park();
        }
        record::waits(None);
        let known = *own(self.known.lock());
        record::with(|record, me| {
            own(self.held.lock()).by.push(me);
            *own(self.holder.lock()) = Some(me);
            record.threads[me].knowledge.now.join(&known);
            let step = Step::new(format!("locks {} to {to}", self.name)).at(place);
            record.add(me, step);
        });
    }

    fn give_back(&self, give: impl Fn(&mut Held)) {
        if record::stopped() {
            return;
        }
        self.take_turn();
        record::with(|record, me| {
            let by = &mut own(self.held.lock()).by;
            if let Some(mine) = by.iter().rposition(|holder| *holder == me) {
                by.remove(mine);
            }
            *own(self.holder.lock()) = by.last().copied();
            let now = &mut record.threads[me].knowledge.now;
            now.tick(me);
            own(self.known.lock()).join(now);
            let step = Step::new(format!("unlocks {}", self.name));
            record.add(me, step);
        });
        let mut held = own(self.held.lock());
        give(&mut held);
        let waiting = mem::take(&mut held.waiting);
        drop(held);
        for thread in waiting {
            thread.unpark();
        }
    }

    fn take_turn(&self) {
        self.turn.fetch_add(1, Ordering::AcqRel);
    }
}

impl<T> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.data.as_ref().expect("held until the drop")
    }
}

impl<T> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.data.as_ref().expect("held until the drop")
    }
}

impl<T> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.data.as_mut().expect("held until the drop")
    }
}

impl<T> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        self.data = None;
        self.lock.give_back(|held| held.readers -= 1);
    }
}

impl<T> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        self.data = None;
        self.lock.give_back(|held| held.writing = false);
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").field("data", &self.data).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// No lock of the record is held while learners' code runs, so none of them can be poisoned by it.
fn own<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
