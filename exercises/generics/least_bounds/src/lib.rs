//! What a dashboard keeps of a series of readings, and what it shows of them.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Readings in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct Series<T: Clone + Ord + Hash + Debug> {
    readings: Vec<T>,
}

impl<T: Clone + Ord + Hash + Debug> Series<T> {
    /// A series without readings.
    pub fn new() -> Self {
        Self {
            readings: Vec::new(),
        }
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

/// One end of a series that several threads share. A clone is one more end of the same series.
#[derive(Debug, Clone, Default)]
pub struct Feed<T: Clone + Ord + Hash + Debug> {
    series: Arc<Mutex<Series<T>>>,
}

impl<T: Clone + Ord + Hash + Debug> Feed<T> {
    /// A feed of a series without readings.
    pub fn new() -> Self {
        Self {
            series: Arc::new(Mutex::new(Series::new())),
        }
    }

    /// Adds the newest reading.
    pub fn publish(&self, reading: T) {
        self.lock().push(reading);
    }

    /// A copy of all readings, oldest first. They stay in the feed.
    pub fn snapshot(&self) -> Vec<T> {
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

/// A reading that no other one is greater than; the last, where several are equal.
pub fn highest<T: Clone + Ord + Hash + Debug>(readings: &[T]) -> Option<&T> {
    readings.iter().max()
}

/// The readings from the lowest to the highest.
pub fn sorted<T: Clone + Ord + Hash + Debug>(readings: &[T]) -> Vec<&T> {
    let mut sorted: Vec<&T> = readings.iter().collect();
    sorted.sort();
    sorted
}

/// How often each reading is there.
pub fn counts<T: Clone + Ord + Hash + Debug>(readings: &[T]) -> HashMap<&T, usize> {
    let mut counts = HashMap::new();
    for reading in readings {
        *counts.entry(reading).or_insert(0) += 1;
    }
    counts
}

/// Equal readings in a row, told once, with how many there are.
pub fn runs<T: Clone + Ord + Hash + Debug>(readings: &[T]) -> Vec<(&T, usize)> {
    let mut runs: Vec<(&T, usize)> = Vec::new();
    let mut current: Option<T> = None;
    for reading in readings {
        match runs.last_mut() {
            Some((_, times)) if current.as_ref() == Some(reading) => *times += 1,
            _ => {
                current = Some(reading.clone());
                runs.push((reading, 1));
            }
        }
    }
    runs
}
