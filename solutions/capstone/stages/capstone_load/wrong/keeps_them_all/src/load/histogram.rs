//! Latencies.

use std::time::Duration;

/// Latencies, each as it was.
#[derive(Clone, Default)]
pub struct Histogram {
    all: Vec<Duration>,
}

impl Histogram {
    /// Counts one.
    pub fn record(&mut self, latency: Duration) {
        self.all.push(latency);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.all.len() as u64
    }

    /// The largest, exactly.
    pub fn max(&self) -> Duration {
        self.all.iter().max().copied().unwrap_or_default()
    }

    /// So long took a `share` of them at the most. `None` if there is nothing.
    pub fn within(&self, share: f64) -> Option<Duration> {
        let mut sorted = self.all.clone();
        sorted.sort_unstable();
        let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
        sorted.get(rank - 1).copied()
    }
}
