// What the stages with futures share: a breaker on tokio's clock, and calls that end as a test wants it.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;
use std::time::Duration;

use circuit_breaker::{Breaker, Builder, TokioClock};
use tokio::time::{advance, timeout};

use crate::support::{fail, some};

/// Longer than anything that ends.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Oops {
    /// The dependency can't answer.
    Down,
    /// It has answered that there is no such thing.
    NotFound,
    /// We have not even asked.
    OurFault,
}

impl fmt::Display for Oops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Error for Oops {}

/// What a call panics with, so that nobody has to read a trace of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Strange;

pub async fn panics() -> Result<u32, Oops> {
    tokio::task::yield_now().await;
    resume_unwind(Box::new(Strange))
}

pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A cool-down of 10 s, on tokio's clock. It opens after so many failures.
pub fn opens_after(failures: u32) -> Builder {
    Breaker::builder()
        .failures(some(failures))
        .cool_down(ms(10_000))
        .clock(TokioClock)
}

/// A breaker that was opened by one failure, and whose cool-down is over. One probe.
pub async fn half_open() -> Breaker {
    let breaker = opens_after(1).build();
    fail(&breaker, 1);
    advance(ms(10_000)).await;
    breaker
}

/// Fails with `what` where that never ends: the clock is paused, so a day is over as soon as all wait.
pub async fn ends<T>(what: &str, work: impl Future<Output = T>) -> T {
    let ended = timeout(A_DAY, work).await;
    ended.unwrap_or_else(|_| panic!("{what}: a day later it has not ended"))
}

/// How the calls of this breaker have ended, in words.
pub fn told(breaker: &Breaker) -> String {
    let totals = breaker.totals();
    format!(
        "{} succeeded, {} failed, {} without a result, {} in flight",
        totals.succeeded,
        totals.failed,
        totals.abandoned,
        totals.in_flight()
    )
}
