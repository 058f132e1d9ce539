//! The last requests of a route.

use std::collections::VecDeque;

/// How many are remembered.
const SIZE: usize = 1_024;

/// How long the last requests took, in milliseconds.
#[derive(Debug, Default)]
pub struct Window {
    /// The oldest first.
    latencies: VecDeque<u32>,
    /// The same in the order of size, so that a percentile is a place.
    sorted: Vec<u32>,
}

impl Window {
    pub fn push(&mut self, millis: u32) {
        if self.latencies.len() == SIZE
            && let Some(oldest) = self.latencies.pop_front()
        {
            // Any one of those that are equal will do.
            self.sorted.remove(self.place(oldest));
        }
        self.latencies.push_back(millis);
        self.sorted.insert(self.place(millis), millis);
    }

    fn place(&self, millis: u32) -> usize {
        self.sorted.partition_point(|&other| other < millis)
    }

    pub fn len(&self) -> usize {
        self.latencies.len()
    }

    /// The smallest that 95 of 100 do not exceed.
    pub fn p95(&self) -> Option<u32> {
        let rank = (self.sorted.len() * 95).div_ceil(100);
        Some(self.sorted[rank.checked_sub(1)?])
    }

    /// Whether the newer half is larger in sum than the older one.
    pub fn rising(&self) -> bool {
        let half = self.latencies.len() / 2;
        let latencies = || self.latencies.iter().copied().map(u64::from);
        latencies().rev().take(half).sum::<u64>() > latencies().take(half).sum::<u64>()
    }
}
