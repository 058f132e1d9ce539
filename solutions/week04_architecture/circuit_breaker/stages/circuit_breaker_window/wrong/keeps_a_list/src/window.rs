//! How many of the last calls have failed, one by one.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Into so many parts a window is cut. More of them are more exact at its old end, and more to add up.
const PARTS: u128 = 10;

pub(crate) struct Window {
    origin: Instant,
    part: Duration,
    ends: VecDeque<(u128, bool)>,
    failures: u64,
}

/// The counts of a window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub calls: u64,
    pub failures: u64,
}

impl Window {
    pub(crate) fn new(length: Duration, origin: Instant) -> Self {
        Self {
            origin,
            part: (length / 10).max(Duration::from_nanos(1)),
            ends: VecDeque::new(),
            failures: 0,
        }
    }

    pub(crate) fn record(&mut self, failed: bool, now: Instant) -> Counts {
        let passed = now.saturating_duration_since(self.origin);
        let number = passed.as_nanos() / self.part.as_nanos();
        self.ends.push_back((number, failed));
        self.failures += u64::from(failed);
        while let Some((first, failed)) = self.ends.front()
            && first + PARTS <= number
        {
            self.failures -= u64::from(*failed);
            self.ends.pop_front();
        }
        Counts {
            calls: self.ends.len() as u64,
            failures: self.failures,
        }
    }
}
