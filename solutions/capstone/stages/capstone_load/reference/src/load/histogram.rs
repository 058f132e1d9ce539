//! Latencies, however many, in a memory that does not grow.

use std::time::Duration;

/// How many parts each power of two has: a value is found again with an error of at most one part in so many.
const PARTS: u64 = 64;
/// Of the 64 powers of two of nanoseconds, those below `PARTS` are exact and need no parts.
const BUCKETS: usize = ((64 - PARTS.ilog2() as usize) + 1) * PARTS as usize;

/// Latencies. Each is kept as a count in a bucket, whose width is a 64th of what is in it; so a millisecond is told from 1.02, and
/// an hour needs no more room.
#[derive(Clone)]
pub struct Histogram {
    buckets: Box<[u64]>,
    count: u64,
    max: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: vec![0; BUCKETS].into(),
            count: 0,
            max: Duration::ZERO,
        }
    }
}

impl Histogram {
    /// Counts one.
    pub fn record(&mut self, latency: Duration) {
        self.buckets[bucket(nanos(latency))] += 1;
        self.count += 1;
        self.max = self.max.max(latency);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The largest, exactly.
    pub fn max(&self) -> Duration {
        self.max
    }

    /// So long took a `share` of them at the most: 0.99 for 99 of 100. Never less than it was, and at most a 32nd
    /// more. `None` if there is nothing.
    pub fn within(&self, share: f64) -> Option<Duration> {
        let rank = (share * self.count as f64).ceil().max(1.0) as u64;
        let mut so_far = 0;
        let found = self.buckets.iter().position(|count| {
            so_far += count;
            so_far >= rank && so_far > 0
        })?;
        Some(Duration::from_nanos(upper_end(found)).min(self.max))
    }
}

fn nanos(latency: Duration) -> u64 {
    latency.as_nanos().try_into().unwrap_or(u64::MAX)
}

/// The first `PARTS` buckets are a nanosecond each; from there on each power of two has `PARTS` of them.
fn bucket(nanos: u64) -> usize {
    let Some(above) = nanos.max(1).ilog2().checked_sub(PARTS.ilog2()) else {
        return nanos as usize;
    };
    let part = nanos >> above;
    ((u64::from(above) * PARTS) + part) as usize
}

fn upper_end(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < 2 * PARTS {
        return bucket;
    }
    let above = bucket / PARTS - 1;
    let part = bucket % PARTS + PARTS;
    // 2^64 is none of u64's numbers.
    (((u128::from(part) + 1) << above) - 1) as u64
}
