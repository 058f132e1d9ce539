//! Scopes of a dashboard server: what belongs together is cancelled together.

use tokio_util::sync::CancellationToken;

/// A dashboard, a panel on it, or a part of a panel: something with queries that end when it is closed.
///
/// Scopes form a tree. Cancelling one ends its queries and those of every scope below it, and nothing
/// else.
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

    /// A scope below this one. It is cancelled with this one, and may be cancelled or dropped before.
    ///
    /// Below a scope that is cancelled already, it is cancelled from the start.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            // Not `clone`: a clone is the same node under another name, and whoever cancels it cancels
            // all that share it. The parent keeps a place for a child only until the child is dropped.
            token: self.token.child_token(),
        }
    }

    /// Starts a query that belongs to this scope. In a cancelled scope the query is dropped unpolled.
    ///
    /// The query ends at its next `.await` after the scope was cancelled. One that computes without
    /// awaiting is not interrupted.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(&self, query: impl Future<Output = ()> + Send + 'static) {
        // A clone is right here: the task is in this scope and not below it. It looks at the token before
        // the first poll of the query, which a `select!` without `biased` does only half of the time.
        tokio::spawn(self.token.clone().run_until_cancelled_owned(query));
    }

    /// Cancels this scope and all below it. To do so again changes nothing.
    ///
    /// This tells the queries and does not wait for them.
    pub fn cancel(&self) {
        self.token.cancel();
    }
}
