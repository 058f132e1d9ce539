//! Locks that can tell who held them and who waited, by the line of the program that asked for them.
//!
//! They are those of std with a clock beside them. A [`Recorder`] that is off costs a comparison.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{self, Arc, PoisonError};
use std::time::{Duration, Instant};

/// Where locks write down who waits. Clones write into the same place.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Option<Arc<sync::Mutex<BTreeMap<Place, Waits>>>>);

/// A file and a line.
type Place = (&'static str, u32);

/// What came of all requests for a lock in one line of the program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    /// How often the lock was taken.
    pub taken: u64,
    /// For how long it was waited for, in all, and at the most.
    pub waited: (Duration, Duration),
    /// For how long it was held, in all, and at the most.
    pub held: (Duration, Duration),
}

impl Recorder {
    /// A recorder that records.
    pub fn on() -> Self {
        Self(Some(Arc::default()))
    }

    /// A recorder that does not.
    pub fn off() -> Self {
        Self(None)
    }

    /// Forgets what was recorded.
    pub fn clear(&self) {
        if let Some(lines) = &self.0 {
            lines.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    fn note(&self, place: &Location<'static>, asked: Option<Instant>, taken: Option<Instant>) {
        let (Some(lines), Some(asked), Some(taken)) = (&self.0, asked, taken) else {
            return;
        };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry((place.file(), place.line())).or_default();
        line.taken += 1;
        for (sum, took) in [
            (&mut line.waited, taken - asked),
            (&mut line.held, taken.elapsed()),
        ] {
            *sum = (sum.0 + took, sum.1.max(took));
        }
    }

    fn now(&self) -> Option<Instant> {
        self.0.is_some().then(Instant::now)
    }
}

/// A table with a line for each place, in milliseconds.
impl fmt::Display for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |duration: Duration| duration.as_secs_f64() * 1e3;
        writeln!(
            f,
            "{:<18} {:>7} {:>11} {:>8} {:>11} {:>8}",
            "place", "taken", "waited, ms", "at most", "held, ms", "at most"
        )?;
        let Some(lines) = &self.0 else { return Ok(()) };
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        for ((file, line), waits) in lines.iter() {
            let place = format!("{}:{line}", file.rsplit('/').next().unwrap_or(file));
            let [waited, held] = [waits.waited, waits.held];
            writeln!(
                f,
                "{place:<18} {:>7} {:>11.1} {:>8.1} {:>11.1} {:>8.1}",
                waits.taken,
                millis(waited.0),
                millis(waited.1),
                millis(held.0),
                millis(held.1)
            )?;
        }
        Ok(())
    }
}

/// One thread at a time.
#[derive(Debug)]
pub struct Mutex<T> {
    inner: sync::Mutex<T>,
    recorder: Recorder,
}

impl<T> Mutex<T> {
    /// A lock, and who writes down who waits for it.
    pub fn new(value: T, recorder: &Recorder) -> Self {
        Self {
            inner: sync::Mutex::new(value),
            recorder: recorder.clone(),
        }
    }

    /// Takes the lock. What a thread left that panicked is taken as it is.
    #[track_caller]
    pub fn lock(&self) -> Guard<'_, sync::MutexGuard<'_, T>> {
        let asked = self.recorder.now();
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        Guard::new(inner, &self.recorder, asked)
    }
}

/// One thread that writes, or many that read.
#[derive(Debug)]
pub struct RwLock<T> {
    inner: sync::RwLock<T>,
    recorder: Recorder,
}

impl<T> RwLock<T> {
    /// A lock, and who writes down who waits for it.
    pub fn new(value: T, recorder: &Recorder) -> Self {
        Self {
            inner: sync::RwLock::new(value),
            recorder: recorder.clone(),
        }
    }

    /// Takes the lock beside others that read.
    #[track_caller]
    pub fn read(&self) -> Guard<'_, sync::RwLockReadGuard<'_, T>> {
        let asked = self.recorder.now();
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        Guard::new(inner, &self.recorder, asked)
    }

    /// Takes the lock alone.
    #[track_caller]
    pub fn write(&self) -> Guard<'_, sync::RwLockWriteGuard<'_, T>> {
        let asked = self.recorder.now();
        let inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        Guard::new(inner, &self.recorder, asked)
    }
}

/// Gives the lock back when it is dropped.
#[derive(Debug)]
pub struct Guard<'l, G> {
    inner: G,
    recorder: &'l Recorder,
    place: &'static Location<'static>,
    asked: Option<Instant>,
    taken: Option<Instant>,
}

impl<'l, G> Guard<'l, G> {
    #[track_caller]
    fn new(inner: G, recorder: &'l Recorder, asked: Option<Instant>) -> Self {
        Self {
            inner,
            recorder,
            place: Location::caller(),
            asked,
            taken: recorder.now(),
        }
    }
}

impl<G: Deref> Deref for Guard<'_, G> {
    type Target = G::Target;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<G: DerefMut> DerefMut for Guard<'_, G> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl<G> Drop for Guard<'_, G> {
    fn drop(&mut self) {
        self.recorder.note(self.place, self.asked, self.taken);
    }
}
