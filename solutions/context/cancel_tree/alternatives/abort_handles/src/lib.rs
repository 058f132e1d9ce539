//! Scopes of a dashboard server: what belongs together is cancelled together.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::task::AbortHandle;

/// A dashboard, a panel on it, or a part of a panel: something with queries that end when it is closed.
///
/// Scopes form a tree. Cancelling one ends its queries and those of every scope below it, and nothing
/// else. Dropping a scope cancels it.
#[derive(Debug, Default)]
pub struct Scope {
    node: Arc<Mutex<Node>>,
    /// Where to sign off: the node above, and this one's number there.
    above: Option<(Weak<Mutex<Node>>, u64)>,
}

#[derive(Debug, Default)]
struct Node {
    cancelled: bool,
    next: u64,
    queries: HashMap<u64, AbortHandle>,
    below: HashMap<u64, Weak<Mutex<Node>>>,
}

impl Scope {
    /// A scope with nothing above it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope below this one. It is cancelled with this one, and may be cancelled or dropped before.
    #[must_use]
    pub fn child(&self) -> Self {
        let mut node = lock(&self.node);
        let number = node.number();
        let child = Arc::new(Mutex::new(Node {
            cancelled: node.cancelled,
            ..Node::default()
        }));
        node.below.insert(number, Arc::downgrade(&child));
        Self {
            node: child,
            above: Some((Arc::downgrade(&self.node), number)),
        }
    }

    /// Starts a query that belongs to this scope. In a cancelled scope the query is dropped unpolled.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(&self, query: impl Future<Output = ()> + Send + 'static) {
        let mut node = lock(&self.node);
        if node.cancelled {
            return;
        }
        let number = node.number();
        let signs_off = SignsOff {
            node: Arc::downgrade(&self.node),
            number,
        };
        // The lock is held until the handle is in the map, so the query can't sign off before.
        let task = tokio::spawn(async move {
            let _signs_off = signs_off;
            query.await;
        });
        node.queries.insert(number, task.abort_handle());
    }

    /// Cancels this scope and all below it. To do so again changes nothing.
    pub fn cancel(&self) {
        let mut todo = vec![Arc::clone(&self.node)];
        while let Some(node) = todo.pop() {
            let mut node = lock(&node);
            node.cancelled = true;
            todo.extend(node.below.values().filter_map(Weak::upgrade));
            let queries = mem::take(&mut node.queries);
            // A query that ends here and now signs off, which takes the lock.
            drop(node);
            for query in queries.into_values() {
                query.abort();
            }
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.cancel();
        if let Some((above, number)) = &self.above
            && let Some(above) = above.upgrade()
        {
            lock(&above).below.remove(number);
        }
    }
}

impl Node {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

struct SignsOff {
    node: Weak<Mutex<Node>>,
    number: u64,
}

impl Drop for SignsOff {
    fn drop(&mut self) {
        if let Some(node) = self.node.upgrade() {
            lock(&node).queries.remove(&self.number);
        }
    }
}

fn lock(node: &Mutex<Node>) -> MutexGuard<'_, Node> {
    node.lock().unwrap_or_else(PoisonError::into_inner)
}
