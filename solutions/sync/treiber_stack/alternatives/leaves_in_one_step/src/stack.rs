//! A stack without locks.

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Heap, NONE};

/// Last in, first out, for any number of threads.
#[derive(Debug)]
pub struct Stack<T> {
    heap: Heap<T>,
    /// The address of the first node.
    head: AtomicUsize,
    /// How many threads are between their first look at `head` in `pop` and their last use of what they saw.
    inside: AtomicUsize,
    /// Nodes that were taken out and may still be looked at by somebody inside.
    retired: AtomicUsize,
}

impl<T: Send> Stack<T> {
    /// An empty stack whose nodes are on this heap.
    #[must_use]
    pub fn new(heap: Heap<T>) -> Self {
        Self {
            heap,
            head: AtomicUsize::new(NONE),
            inside: AtomicUsize::new(0),
            retired: AtomicUsize::new(NONE),
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
        // AcqRel: after this we see each node as taken out that was freed before.
        self.inside.fetch_add(1, Ordering::AcqRel);
        let taken = self.unlink();
        // SAFETY: we have taken it out, so the value is ours. The node is not: others may be about to read its link.
        let value = taken.map(|node| unsafe { self.heap.value(node) });
        self.leave(taken);
        value
    }

    /// Takes the first node out of the stack. To be called inside.
    fn unlink(&self) -> Option<usize> {
        loop {
            // Acquire: with the address come the node's link and its value.
            let head = self.head.load(Ordering::Acquire);
            if head == NONE {
                return None;
            }
            // SAFETY: it was in the stack after we came inside, and is not freed before we leave. For the same reason
            // the exchange can't be fooled: as long as we are inside, no other node gets this address.
            let next = unsafe { self.heap.next(head) };
            let taken =
                self.head
                    .compare_exchange_weak(head, next, Ordering::AcqRel, Ordering::Relaxed);
            if taken.is_ok() {
                return Some(head);
            }
        }
    }

    /// Ends being inside. Our own node is freed at once if we are alone; otherwise it is retired, and whoever is alone
    /// later frees all that is retired.
    fn leave(&self, taken: Option<usize>) {
        if let Some(node) = taken {
            let mut rest = self.retired.load(Ordering::Relaxed);
            loop {
                // SAFETY: we hold it. Somebody inside may read the link; their exchange will fail.
                unsafe { self.heap.set_next(node, rest) };
                let put = self.retired.compare_exchange_weak(
                    rest,
                    node,
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                );
                match put {
                    Ok(_) => break,
                    Err(now) => rest = now,
                }
            }
        }
        let garbage = self.retired.swap(NONE, Ordering::AcqRel);
        if self.inside.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Alone at that moment, and all of the garbage was out by then.
            self.free_all(garbage);
        } else {
            self.retire(garbage);
        }
    }

    /// Leaves garbage to somebody who will be alone.
    fn retire(&self, first: usize) {
        if first == NONE {
            return;
        }
        let mut last = first;
        // SAFETY: here and below, garbage that we hold is not freed by others.
        while let next @ 1.. = unsafe { self.heap.next(last) } {
            last = next;
        }
        let mut rest = self.retired.load(Ordering::Relaxed);
        loop {
            // SAFETY: as above.
            unsafe { self.heap.set_next(last, rest) };
            let put = self.retired.compare_exchange_weak(
                rest,
                first,
                Ordering::Release,
                Ordering::Relaxed,
            );
            match put {
                Ok(_) => return,
                Err(now) => rest = now,
            }
        }
    }
}

impl<T> Stack<T> {
    fn free_all(&self, mut node: usize) {
        while node != NONE {
            // SAFETY: the caller holds it alone, and its value was moved out when it was taken.
            unsafe {
                let next = self.heap.next(node);
                self.heap.free(node);
                node = next;
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
        self.free_all(self.retired.load(Ordering::Relaxed));
    }
}
