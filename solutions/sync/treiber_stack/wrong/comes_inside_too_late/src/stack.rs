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
        let taken = self.unlink();
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
                self.inside.fetch_add(1, Ordering::AcqRel);
                return None;
            }
            self.inside.fetch_add(1, Ordering::AcqRel);
            // SAFETY: it was in the stack after we came inside, and is not freed before we leave. For the same reason
            // the exchange can't be fooled: as long as we are inside, no other node gets this address.
            let next = unsafe { self.heap.next(head) };
            let taken =
                self.head
                    .compare_exchange_weak(head, next, Ordering::AcqRel, Ordering::Relaxed);
            if taken.is_ok() {
                return Some(head);
            }
            self.inside.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Ends being inside, and frees what can be freed: a node that was taken out by us, and what others have left.
    fn leave(&self, taken: Option<usize>) {
        // First claim, then ask. What we hold here was taken out of the stack before now.
        let mut garbage = self.retired.swap(NONE, Ordering::AcqRel);
        if let Some(node) = taken {
            // SAFETY: not freed, since we hold it. Somebody inside may read the link that this changes; their exchange
            // will fail, for the node is not the first any more.
            unsafe { self.heap.set_next(node, garbage) };
            garbage = node;
        }
        // One step asks whether we are alone, and leaves. If so, nobody who is inside can have seen our garbage. Whoever
        // comes in later reads what this writes, and with it that the nodes are out of the stack: AcqRel, here and in
        // `pop`.
        let alone = self
            .inside
            .compare_exchange(1, 0, Ordering::AcqRel, Ordering::Relaxed);
        if alone.is_ok() {
            self.free_all(garbage);
        } else {
            self.retire(garbage);
            self.inside.fetch_sub(1, Ordering::AcqRel);
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
