//! Calls that are tried again when they fail.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

/// How many times a call is tried at most.
pub const ATTEMPTS: u32 = 8;

/// How long to wait between the first attempt and the second. After that each wait is twice the one before.
pub const FIRST_DELAY: Duration = Duration::from_millis(250);

/// No wait is longer.
pub const LONGEST_DELAY: Duration = Duration::from_secs(8);

/// How long one attempt may take.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long all of it may take, attempts and waits together.
pub const TOTAL: Duration = Duration::from_secs(60);

/// Why an attempt has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It may go better next time.
    Busy,
    /// It never will.
    Gone,
}

/// How the last attempt ended that there was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GaveUp {
    /// With [`Fault::Busy`].
    Busy,
    /// With [`Fault::Gone`].
    Gone,
    /// It was cut off, because its own time or the total was over.
    Late,
}

/// Calls `attempt` with 1, 2, 3 …, until it succeeds.
///
/// The first attempt begins at once. An attempt that takes longer than [`ATTEMPT_TIMEOUT`] is cut off, and
/// counts as one that may go better next time. The wait for the next one begins when an attempt has ended.
/// It is [`FIRST_DELAY`] at first, then twice as long each time, up to [`LONGEST_DELAY`].
///
/// # Errors
///
/// Gives up, without waiting any more,
///
/// - when an attempt fails with [`Fault::Gone`];
/// - when [`ATTEMPTS`] attempts have failed;
/// - when the next attempt could not begin before [`TOTAL`] is over, counted from the beginning.
///
/// An attempt that is under way when [`TOTAL`] is over is cut off at that moment.
pub async fn retry<T>(mut attempt: impl AsyncFnMut(u32) -> Result<T, Fault>) -> Result<T, GaveUp> {
    let end = Instant::now() + TOTAL;
    let delay = FIRST_DELAY;
    for number in 1.. {
        let cut = end.min(Instant::now() + ATTEMPT_TIMEOUT);
        let ended = match timeout_at(cut, attempt(number)).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(Fault::Gone)) => return Err(GaveUp::Gone),
            Ok(Err(Fault::Busy)) => GaveUp::Busy,
            Err(_) => GaveUp::Late,
        };
        if number == ATTEMPTS || Instant::now() + delay >= end {
            return Err(ended);
        }
        sleep(delay).await;
    }
    unreachable!("the loop ends at the last attempt")
}
