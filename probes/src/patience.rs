//! Waits for a count to fall.

use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for what is on its way out. A thread that has been joined disappears from the
/// kernel's list microseconds later; the bound only decides how soon a leak is reported.
const PATIENCE: Duration = Duration::from_secs(5);

const PAUSE: Duration = Duration::from_micros(100);

/// Counts until there are no more than `at_most`, or until patience is at its end, and returns the last
/// count. Stops at the first count that fails.
pub(crate) fn settle<E>(at_most: usize, count: impl Fn() -> Result<usize, E>) -> Result<usize, E> {
    let start = Instant::now();
    loop {
        let now = count()?;
        if now <= at_most || start.elapsed() > PATIENCE {
            return Ok(now);
        }
        // It is on its way out, and needs the processor more than we do.
        thread::sleep(PAUSE);
    }
}
