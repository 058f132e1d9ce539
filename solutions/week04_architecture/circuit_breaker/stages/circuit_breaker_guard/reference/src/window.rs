//! How many of the last calls have failed, in a place of a size that is known before.

use std::time::{Duration, Instant};

/// Into so many parts a window is cut. More of them are more exact at its old end, and more to add up.
const PARTS: usize = 10;

/// Ends of calls, counted by tenths of the window. A list of all of them would be exact, and would take the more memory
/// the worse things are.
pub(crate) struct Window {
    origin: Instant,
    part: Duration,
    // Boxed, so that a circuit which needs no window is not as large as one that does.
    ring: Box<[Part; PARTS]>,
}

/// The counts of one tenth. Which one, is part of it: a place in the ring belongs to every tenth tenth.
#[derive(Clone, Copy, Default)]
struct Part {
    number: u128,
    calls: u64,
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
            // Of a window of nothing a tenth is a nanosecond, so that there is something to divide by.
            part: (length / 10).max(Duration::from_nanos(1)),
            ring: Box::new([Part::default(); PARTS]),
        }
    }

    /// Counts a call that has ended now, and tells what there is with it.
    pub(crate) fn record(&mut self, failed: bool, now: Instant) -> Counts {
        let passed = now.saturating_duration_since(self.origin);
        let number = passed.as_nanos() / self.part.as_nanos();
        let part = &mut self.ring[(number % PARTS as u128) as usize];
        if part.number != number {
            // Nothing is swept out as time passes: what is old is found out when its place is needed, or when it is
            // read.
            *part = Part {
                number,
                ..Part::default()
            };
        }
        part.calls += 1;
        part.failures += u64::from(failed);

        let recent = self
            .ring
            .iter()
            .filter(|part| part.number + PARTS as u128 > number && part.number <= number);
        recent.fold(Counts::default(), |sum, part| Counts {
            calls: sum.calls + part.calls,
            failures: sum.failures + part.failures,
        })
    }
}
