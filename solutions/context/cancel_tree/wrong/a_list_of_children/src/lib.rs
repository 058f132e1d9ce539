//! Scopes of a dashboard server: what belongs together is cancelled together.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// A dashboard, a panel on it, or a part of a panel: something with queries that end when it is closed.
#[derive(Debug, Default)]
pub struct Scope {
    node: Arc<Node>,
}

#[derive(Debug, Default)]
struct Node {
    token: CancellationToken,
    below: Mutex<Vec<Arc<Node>>>,
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
        let node = Arc::new(Node::default());
        let mut below = self.node.below();
        if self.node.token.is_cancelled() {
            node.token.cancel();
        }
        below.push(Arc::clone(&node));
        Self { node }
    }

    /// Starts a query that belongs to this scope.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(&self, query: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(self.node.token.clone().run_until_cancelled_owned(query));
    }

    /// Cancels this scope and all below it.
    pub fn cancel(&self) {
        self.node.cancel();
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl Node {
    fn cancel(&self) {
        self.token.cancel();
        for node in self.below().iter() {
            node.cancel();
        }
    }

    fn below(&self) -> MutexGuard<'_, Vec<Arc<Node>>> {
        self.below.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
