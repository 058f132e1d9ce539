//! The heap of `src/heap.rs` for a model. Nodes have the addresses 1, 2, 3 and so on. What is freed is only marked, so that
//! a use after that can be told and does no harm.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use probes::model::cell::UnsafeCell;
use probes::model::sync::atomic::{AtomicUsize, Ordering};

pub const NONE: usize = 0;

pub struct Heap<T> {
    nodes: Arc<Mutex<Vec<Arc<Node<T>>>>>,
}

struct Node<T> {
    address: usize,
    value: UnsafeCell<Option<T>>,
    next: AtomicUsize,
    // Of std: what the heap knows is no step of the model.
    freed: Mutex<bool>,
}

// SAFETY: loom runs all threads of a model in turn, and stops when two accesses of a value are not ordered.
unsafe impl<T: Send> Sync for Node<T> {}

impl<T> Heap<T> {
    #[must_use]
    pub fn new() -> Self {
        Self {
            nodes: Arc::default(),
        }
    }

    #[must_use]
    pub fn alive(&self) -> usize {
        own(&self.nodes)
            .iter()
            .filter(|node| !*own(&node.freed))
            .count()
    }

    #[must_use]
    pub fn put(&self, value: T) -> usize {
        let mut nodes = own(&self.nodes);
        let address = nodes.len() + 1;
        nodes.push(Arc::new(Node {
            address,
            value: UnsafeCell::new(Some(value)),
            next: AtomicUsize::new(NONE),
            freed: Mutex::new(false),
        }));
        address
    }

    /// # Safety
    ///
    /// None is needed: what is wrong is told.
    #[must_use]
    #[track_caller]
    pub unsafe fn next(&self, node: usize) -> usize {
        let node = self.node(node);
        let next = node.next.load(Ordering::Relaxed);
        node.check("reading the link of");
        next
    }

    /// # Safety
    ///
    /// None is needed: what is wrong is told.
    #[track_caller]
    pub unsafe fn set_next(&self, node: usize, next: usize) {
        let node = self.node(node);
        node.next.store(next, Ordering::Relaxed);
        node.check("changing the link of");
    }

    /// # Safety
    ///
    /// None is needed: what is wrong is told.
    #[must_use]
    #[track_caller]
    pub unsafe fn value(&self, node: usize) -> T {
        let node = self.node(node);
        node.check("taking the value of");
        // SAFETY: loom has made sure that nobody else is at it.
        let value = node.value.with_mut(|value| unsafe { (*value).take() });
        match value {
            Some(value) => value,
            None => panic!("the value of node {} was taken twice", node.address),
        }
    }

    /// # Safety
    ///
    /// None is needed: what is wrong is told.
    #[track_caller]
    pub unsafe fn free(&self, node: usize) {
        let node = self.node(node);
        node.check("freeing");
        *own(&node.freed) = true;
    }

    #[track_caller]
    fn node(&self, address: usize) -> Arc<Node<T>> {
        let nodes = own(&self.nodes);
        match address.checked_sub(1).and_then(|index| nodes.get(index)) {
            Some(node) => Arc::clone(node),
            None => panic!("there never was a node {address}"),
        }
    }
}

impl<T> Node<T> {
    #[track_caller]
    fn check(&self, what: &str) {
        assert!(
            !*own(&self.freed),
            "{what} node {}, which was freed, is a use after free",
            self.address
        );
    }
}

impl<T> Clone for Heap<T> {
    fn clone(&self) -> Self {
        Self {
            nodes: Arc::clone(&self.nodes),
        }
    }
}

impl<T> std::fmt::Debug for Heap<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Heap").finish_non_exhaustive()
    }
}

fn own<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
