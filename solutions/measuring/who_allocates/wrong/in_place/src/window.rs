//! The last requests of a route.

use std::collections::VecDeque;

/// How many are remembered.
const SIZE: usize = 1_024;

/// How long the last requests took, in milliseconds.
#[derive(Debug, Default, Clone)]
pub struct Window {
    /// The oldest first.
    latencies: VecDeque<u32>,
}

impl Window {
    pub fn push(&mut self, millis: u32) {
        if self.latencies.len() == SIZE {
            self.latencies.pop_front();
        }
        self.latencies.push_back(millis);
    }

    pub fn len(&self) -> usize {
        self.latencies.len()
    }

    /// The smallest that 95 of 100 do not exceed.
    pub fn p95(&mut self) -> Option<u32> {
        // Where they are, so that nothing is copied.
        let latencies = self.latencies.make_contiguous();
        let rank = (latencies.len() * 95).div_ceil(100);
        let at = rank.checked_sub(1)?;
        Some(*latencies.select_nth_unstable(at).1)
    }

    /// Whether the newer half is larger in sum than the older one.
    pub fn rising(&self) -> bool {
        let half = self.latencies.len() / 2;
        let latencies = || self.latencies.iter().copied().map(u64::from);
        latencies().rev().take(half).sum::<u64>() > latencies().take(half).sum::<u64>()
    }
}
