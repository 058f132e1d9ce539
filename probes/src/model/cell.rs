//! Memory that is not atomic: loom rejects an access that is not ordered after the one before it.

use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use super::clock::Clock;
use super::record::{self, Record};
use super::steps::{Step, place_in_file};

/// A value that threads may read and write if something else orders them. Stands for all the plain memory
/// that a program publishes: a table that was filled, a buffer, a `Vec`.
pub struct Cell<T> {
    inner: loom::cell::Cell<T>,
    accesses: Accesses,
}

// SAFETY: loom runs all threads of a model on one thread of the system, so no two accesses ever happen at
// the same time. On another thread of the system each access panics before it touches the value, because
// there is no execution there.
unsafe impl<T: Send> Sync for Cell<T> {}

impl<T: Copy + fmt::Debug> Cell<T> {
    /// A value under the name by which the record calls it.
    #[track_caller]
    pub fn named(name: &'static str, value: T) -> Self {
        Self {
            inner: loom::cell::Cell::new(value),
            accesses: Accesses::new(Some(name)),
        }
    }

    /// Reads.
    #[track_caller]
    pub fn get(&self) -> T {
        let step = self.accesses.note(Access::Read);
        let value = self.inner.get();
        self.accesses.amend(step, &format!("reads {value:?} from"));
        value
    }

    /// Writes.
    #[track_caller]
    pub fn set(&self, value: T) {
        let step = self.accesses.note(Access::Write);
        self.inner.set(value);
        self.accesses.amend(step, &format!("writes {value:?} to"));
    }
}

impl<T: fmt::Debug> fmt::Debug for Cell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cell").finish_non_exhaustive()
    }
}

/// `std::cell::UnsafeCell` as loom has it: the pointer is there inside of a closure only, so that loom
/// knows when an access starts and ends. A library that is to be modelled gives std's cell the same two
/// methods.
pub struct UnsafeCell<T> {
    inner: loom::cell::UnsafeCell<T>,
    accesses: Accesses,
}

impl<T> UnsafeCell<T> {
    /// A value to share. The record calls it as the field or variable is called, if names are shown.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self {
            inner: loom::cell::UnsafeCell::new(value),
            accesses: Accesses::new(None),
        }
    }

    /// Reads through the pointer.
    #[track_caller]
    pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        self.accesses.note(Access::Read);
        self.inner.with(read)
    }

    /// Writes through the pointer.
    #[track_caller]
    pub fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        self.accesses.note(Access::Write);
        self.inner.with_mut(write)
    }

    /// The value, which nobody shares any more.
    pub fn into_inner(self) -> T {
        self.inner.into_inner()
    }
}

impl<T> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsafeCell").finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

/// Who has read and written one cell, so that a data race can be told in words.
struct Accesses {
    name: Option<&'static str>,
    seen: Mutex<Vec<Seen>>,
}

struct Seen {
    access: Access,
    thread: usize,
    time: u32,
    place: &'static Location<'static>,
}

impl Accesses {
    #[track_caller]
    fn new(name: Option<&'static str>) -> Self {
        let made = Location::caller();
        Self {
            name: name.or_else(|| record::with(|record, _| record.name_at(made))),
            seen: Mutex::default(),
        }
    }

    fn name(&self) -> &'static str {
        self.name.unwrap_or("a cell")
    }

    /// Notes an access, before loom judges it: if it is a data race, this is the last step.
    #[track_caller]
    fn note(&self, access: Access) -> usize {
        let place = Location::caller();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        record::with(|record, me| {
            let now = &mut record.threads[me].knowledge.now;
            let time = now.tick(me);
            let now = *now;
            let race = self.race(&seen, access, me, &now, record);
            record.suspect(race);
            if access == Access::Write {
                // Whoever is ordered after this write is ordered after all that it was ordered after.
                seen.retain(|before| !now.knows(before.thread, before.time));
            }
            seen.push(Seen {
                access,
                thread: me,
                time,
                place,
            });
            let what = match access {
                Access::Read => format!("reads {}", self.name()),
                Access::Write => format!("writes {}", self.name()),
            };
            record.add(me, Step::new(what).at(place))
        })
    }

    fn amend(&self, step: usize, what: &str) {
        let what = format!("{what} {}", self.name());
        record::with(|record, _| record.amend(step, what));
    }

    /// The race in words, if an earlier access of another thread is not known to this one.
    fn race(
        &self,
        seen: &[Seen],
        access: Access,
        me: usize,
        now: &Clock,
        record: &Record,
    ) -> Option<String> {
        let before = seen.iter().rev().find(|before| {
            before.thread != me
                && (access == Access::Write || before.access == Access::Write)
                && !now.knows(before.thread, before.time)
        })?;
        let doing = match access {
            Access::Read => "reads",
            Access::Write => "writes",
        };
        let done = match before.access {
            Access::Read => "read",
            Access::Write => "write",
        };
        let (who, name) = (record.name_of(me), self.name());
        let whose = record.name_of(before.thread);
        Some(format!(
            "a data race: {who} {doing} {name}, and nothing orders that after {whose}'s {done} in {}",
            place_in_file(before.place)
        ))
    }
}
