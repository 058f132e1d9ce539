//! A second request for those that take too long.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::select_ok;
use tokio::time::timeout;

/// When a second request is made, and how often at most.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long the first request has for itself. The 95th percentile of the latency is a good choice.
    pub after: Duration,
    /// On average, no more than one call in so many makes a second request. Never 0.
    pub every: u32,
    /// So many second requests are saved up at the beginning, and never more than that.
    pub burst: u32,
}

/// Makes calls, and hedges those whose request takes too long.
///
/// When everything is slow, hedging would double the load of whoever is slow because of the load. So
/// second requests come from a budget that calls pay into, and when it is used up, calls wait for their
/// first one.
#[derive(Debug)]
pub struct Hedge {
    settings: Settings,
    /// In units of calls: each call saves one, a second request costs `every`. Whole numbers, so that
    /// nothing is lost to rounding.
    credit: Mutex<u64>,
}

impl Hedge {
    /// No call has been made so far.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            credit: Mutex::new(settings.most()),
        }
    }

    /// Makes a call: one request, or two if the first takes longer than `after` and the budget allows
    /// it. The result is that of the first to succeed; the other one is dropped.
    ///
    /// So the request must be one that may be made twice. An error is no reason for a second one: that
    /// would be a retry, and is up to the caller.
    ///
    /// # Errors
    ///
    /// The error of the first request, if it fails while it is the only one. Otherwise that of the
    /// request that failed last, if both do.
    pub async fn call<T, E, F>(&self, request: impl Fn() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        self.save();
        let mut first = pin!(request());
        // By reference: a timeout drops what it owns, and this request has to go on.
        if let Ok(result) = timeout(self.settings.after, first.as_mut()).await {
            return result;
        }
        if !self.spend() {
            return first.await;
        }
        let second = pin!(request());
        // The first success, or the last error.
        let (value, _loser) = select_ok([first, second]).await?;
        Ok(value)
    }

    fn save(&self) {
        let mut credit = self.credit();
        *credit = (*credit + 1).min(self.settings.most());
    }

    /// Whether a second request is covered. If so, it is paid for.
    fn spend(&self) -> bool {
        let mut credit = self.credit();
        let left = credit.checked_sub(self.settings.price());
        *credit = left.unwrap_or(*credit);
        left.is_some()
    }

    fn credit(&self) -> MutexGuard<'_, u64> {
        // No code of ours panics under this lock.
        self.credit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Settings {
    fn price(&self) -> u64 {
        u64::from(self.every)
    }

    fn most(&self) -> u64 {
        self.price() * u64::from(self.burst)
    }
}
