//! What a dashboard keeps of a series of readings, and what it shows of them.
//!
//! Types say nothing about `T`; each function asks for the one thing that it does with it.

use std::collections::HashMap;
use std::hash::Hash;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Readings in the order in which they came.
// No bound here: it would have to be written again on each type that holds a series. `Debug` and `Clone` are
// derived, since printing or copying a series does print or copy its readings.
#[derive(Debug, Clone)]
pub struct Series<T> {
    readings: Vec<T>,
}

impl<T> Series<T> {
    /// A series without readings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the newest reading.
    pub fn push(&mut self, reading: T) {
        self.readings.push(reading);
    }

    /// All readings, oldest first.
    pub fn readings(&self) -> &[T] {
        &self.readings
    }
}

// By hand, because `derive` would ask for `T: Default`, and an empty series makes no reading.
impl<T> Default for Series<T> {
    fn default() -> Self {
        Self {
            readings: Vec::new(),
        }
    }
}

/// One end of a series that several threads share. A clone is one more end of the same series.
#[derive(Debug)]
pub struct Feed<T> {
    series: Arc<Mutex<Series<T>>>,
}

impl<T> Feed<T> {
    /// A feed of a series without readings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the newest reading.
    pub fn publish(&self, reading: T) {
        self.lock().push(reading);
    }

    /// A copy of all readings, oldest first. They stay in the feed.
    // The bound is this method's own, so that a feed of readings that nobody can copy has all the others.
    pub fn snapshot(&self) -> Vec<T>
    where
        T: Clone,
    {
        self.lock().readings.clone()
    }

    /// Takes all readings out, oldest first.
    pub fn drain(&self) -> Vec<T> {
        mem::take(&mut self.lock().readings)
    }

    fn lock(&self) -> MutexGuard<'_, Series<T>> {
        self.series.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// By hand, because `derive` would ask for `T: Clone`, and this copies a pointer.
impl<T> Clone for Feed<T> {
    fn clone(&self) -> Self {
        Self {
            series: Arc::clone(&self.series),
        }
    }
}

impl<T> Default for Feed<T> {
    fn default() -> Self {
        Self {
            series: Arc::default(),
        }
    }
}

/// A reading that no other one is greater than; the last, where several are equal. Readings that are not even
/// comparable with themselves, such as NaN, are passed over.
// `Iterator::max` wants `Ord`. Without a total order the first reading must not be taken unseen: nothing is
// greater than NaN, so a NaN that came first would stay.
pub fn highest<T: PartialOrd>(readings: &[T]) -> Option<&T> {
    readings
        .iter()
        .reduce(|best, next| if next >= best { next } else { best })
}

/// The readings from the lowest to the highest.
// `Ord` is the least here: a partial order has no sorted sequence to answer with.
pub fn sorted<T: Ord>(readings: &[T]) -> Vec<&T> {
    let mut sorted: Vec<&T> = readings.iter().collect();
    sorted.sort();
    sorted
}

/// How often each reading is there.
pub fn counts<T: Eq + Hash>(readings: &[T]) -> HashMap<&T, usize> {
    let mut counts = HashMap::new();
    for reading in readings {
        *counts.entry(reading).or_insert(0) += 1;
    }
    counts
}

/// Equal readings in a row, told once, with how many there are.
pub fn runs<T: PartialEq>(readings: &[T]) -> Vec<(&T, usize)> {
    readings
        .chunk_by(PartialEq::eq)
        .map(|run| (&run[0], run.len()))
        .collect()
}
