//! The last requests of a route.

use std::collections::VecDeque;

/// How many are remembered.
const SIZE: usize = 1_024;

/// How long the last requests took, in milliseconds.
#[derive(Debug, Default)]
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
    pub fn p95(&self) -> Option<u32> {
        let mut latencies = self.snapshot();
        let rank = (latencies.len() * 95).div_ceil(100);
        let at = rank.checked_sub(1)?;
        // Not sorted: what is asked is one value.
        Some(*latencies.select_nth_unstable(at).1)
    }

    /// Whether the newer half is larger in sum than the older one.
    pub fn rising(&self) -> bool {
        let latencies = self.snapshot();
        let half = latencies.len() / 2;
        let sum = |of: &[u32]| of.iter().copied().map(u64::from).sum::<u64>();
        sum(&latencies[latencies.len() - half..]) > sum(&latencies[..half])
    }

    /// The oldest first.
    fn snapshot(&self) -> Vec<u32> {
        self.latencies.iter().copied().collect()
    }
}
