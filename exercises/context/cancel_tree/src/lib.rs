//! Scopes of a dashboard server: what belongs together is cancelled together.

use tokio_util::sync::CancellationToken;

/// A dashboard, a panel on it, or a part of a panel: something with queries that end when it is closed.
#[derive(Debug, Default)]
pub struct Scope {
    token: CancellationToken,
}

impl Scope {
    /// A scope with nothing above it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope below this one.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            token: self.token.clone(),
        }
    }

    /// Starts a query that belongs to this scope.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(&self, query: impl Future<Output = ()> + Send + 'static) {
        let token = self.token.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = token.cancelled() => {}
                () = query => {}
            }
        });
    }

    /// Cancels this scope.
    pub fn cancel(&self) {
        self.token.cancel();
    }
}
