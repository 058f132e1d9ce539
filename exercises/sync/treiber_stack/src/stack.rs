//! A stack without locks.

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Heap, NONE};

/// Last in, first out, for any number of threads.
#[derive(Debug)]
pub struct Stack<T> {
    heap: Heap<T>,
    /// The address of the first node.
    head: AtomicUsize,
}

impl<T: Send> Stack<T> {
    /// An empty stack whose nodes are on this heap.
    #[must_use]
    pub fn new(heap: Heap<T>) -> Self {
        Self {
            heap,
            head: AtomicUsize::new(NONE),
        }
    }

    /// Puts a value on top.
    pub fn push(&self, value: T) {
        let node = self.heap.put(value);
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            // SAFETY: it was allocated above, and is nobody else's until the exchange.
            unsafe { self.heap.set_next(node, head) };
            // Release: whoever takes the node from here finds its value.
            let pushed =
                self.head
                    .compare_exchange_weak(head, node, Ordering::Release, Ordering::Relaxed);
            match pushed {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// Takes the value that is on top.
    pub fn pop(&self) -> Option<T> {
        loop {
            // Acquire: with the address come the node's link and its value.
            let head = self.head.load(Ordering::Acquire);
            if head == NONE {
                return None;
            }
            // SAFETY: it was in the stack when we read it.
            let next = unsafe { self.heap.next(head) };
            let taken =
                self.head
                    .compare_exchange_weak(head, next, Ordering::Acquire, Ordering::Relaxed);
            if taken.is_ok() {
                // SAFETY: we have taken it out, so it is ours alone.
                return unsafe {
                    let value = self.heap.value(head);
                    self.heap.free(head);
                    Some(value)
                };
            }
        }
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        let mut node = self.head.load(Ordering::Relaxed);
        while node != NONE {
            // SAFETY: it is in the stack, so its value is there, and nobody else has the stack any more.
            unsafe {
                let next = self.heap.next(node);
                drop(self.heap.value(node));
                self.heap.free(node);
                node = next;
            }
        }
    }
}
