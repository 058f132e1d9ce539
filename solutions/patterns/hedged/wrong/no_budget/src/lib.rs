//! A second request for those that take too long.

use std::pin::pin;
use std::time::Duration;

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
}

impl Hedge {
    /// No call has been made so far.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings }
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
        let mut first = pin!(request());
        // By reference: a timeout drops what it owns, and this request has to go on.
        if let Ok(result) = timeout(self.settings.after, first.as_mut()).await {
            return result;
        }
        let mut second = pin!(request());
        // Whichever fails leaves the other one its chance. On each way out both are dropped.
        tokio::select! {
            result = first.as_mut() => match result {
                Ok(value) => Ok(value),
                Err(_) => second.await,
            },
            result = second.as_mut() => match result {
                Ok(value) => Ok(value),
                Err(_) => first.await,
            },
        }
    }
}
