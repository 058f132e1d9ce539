//! Nodes on the heap, by their address as a number.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The address of no node.
pub const NONE: usize = 0;

/// Where the nodes of a stack are allocated and freed. Clones count together.
#[derive(Debug)]
pub struct Heap<T> {
    alive: Arc<AtomicUsize>,
    values: PhantomData<fn(T) -> T>,
}

struct Node<T> {
    value: UnsafeCell<MaybeUninit<T>>,
    /// Atomic, since a thread may read it while another one that has taken the node out links it elsewhere.
    next: AtomicUsize,
}

impl<T> Heap<T> {
    /// A heap without nodes.
    #[must_use]
    pub fn new() -> Self {
        Self {
            alive: Arc::default(),
            values: PhantomData,
        }
    }

    /// How many nodes are allocated and not freed.
    #[must_use]
    pub fn alive(&self) -> usize {
        self.alive.load(Ordering::Acquire)
    }

    /// Allocates a node with this value, and returns its address.
    #[must_use]
    pub fn put(&self, value: T) -> usize {
        self.alive.fetch_add(1, Ordering::AcqRel);
        let node = Box::new(Node {
            value: UnsafeCell::new(MaybeUninit::new(value)),
            next: AtomicUsize::new(NONE),
        });
        Box::into_raw(node).expose_provenance()
    }

    /// The address that was linked behind this node.
    ///
    /// # Safety
    ///
    /// The node is of this heap, and not freed.
    #[must_use]
    pub unsafe fn next(&self, node: usize) -> usize {
        let node = ptr::with_exposed_provenance::<Node<T>>(node);
        // SAFETY: the caller says that it is allocated.
        unsafe { (*node).next.load(Ordering::Relaxed) }
    }

    /// Links an address behind this node.
    ///
    /// # Safety
    ///
    /// The node is of this heap, and not freed.
    pub unsafe fn set_next(&self, node: usize, next: usize) {
        let node = ptr::with_exposed_provenance::<Node<T>>(node);
        // SAFETY: the caller says that it is allocated.
        unsafe { (*node).next.store(next, Ordering::Relaxed) };
    }

    /// Moves the value out of the node, which stays allocated.
    ///
    /// # Safety
    ///
    /// The node is of this heap and not freed, and its value is moved out once, after it was put.
    #[must_use]
    pub unsafe fn value(&self, node: usize) -> T {
        let node = ptr::with_exposed_provenance::<Node<T>>(node);
        // SAFETY: the caller says that it is allocated and that the value is there and nobody else's.
        unsafe { (*(*node).value.get()).assume_init_read() }
    }

    /// Frees the node, whose value was moved out.
    ///
    /// # Safety
    ///
    /// The node is of this heap, and nobody uses its address any more.
    pub unsafe fn free(&self, node: usize) {
        let node = ptr::with_exposed_provenance_mut::<Node<T>>(node);
        // SAFETY: it came from a box, and the caller says that it is the last use.
        drop(unsafe { Box::from_raw(node) });
        self.alive.fetch_sub(1, Ordering::AcqRel);
    }
}

impl<T> Clone for Heap<T> {
    fn clone(&self) -> Self {
        Self {
            alive: Arc::clone(&self.alive),
            values: PhantomData,
        }
    }
}

impl<T> Default for Heap<T> {
    fn default() -> Self {
        Self::new()
    }
}
