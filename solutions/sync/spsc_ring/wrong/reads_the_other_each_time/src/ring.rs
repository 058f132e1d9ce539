//! A queue without locks for one producer and one consumer.

use std::mem::MaybeUninit;
use std::num::NonZeroUsize;

use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::cell::UnsafeCell;

/// The end that puts. There is one, and it can be sent to a thread.
#[derive(Debug)]
pub struct Producer<T> {
    ring: Arc<Ring<T>>,
}

/// The end that takes. There is one, and it can be sent to a thread.
#[derive(Debug)]
pub struct Consumer<T> {
    ring: Arc<Ring<T>>,
}

#[derive(Debug)]
struct Ring<T> {
    slots: Box<[UnsafeCell<MaybeUninit<T>>]>,
    /// How many items were taken so far.
    head: AtomicUsize,
    /// How many items were put so far. Those from `head` to here are in their slots.
    tail: AtomicUsize,
}

// SAFETY: a slot belongs to the producer from the moment at which its last item was taken until the next one is put, and to
// the consumer otherwise. `head` and `tail` say which, so no two threads use a slot at once. Items change threads, hence
// `T: Send`.
unsafe impl<T: Send> Sync for Ring<T> {}

/// A ring for so many items, and its two ends.
#[must_use]
pub fn ring<T>(capacity: NonZeroUsize) -> (Producer<T>, Consumer<T>) {
    let slots = (0..capacity.get()).map(|_| UnsafeCell::new(MaybeUninit::uninit()));
    let ring = Arc::new(Ring {
        slots: slots.collect(),
        head: AtomicUsize::new(0),
        tail: AtomicUsize::new(0),
    });
    let producer = Producer {
        ring: Arc::clone(&ring),
    };
    (producer, Consumer { ring })
}

impl<T> Producer<T> {
    /// Puts an item at the end, without waiting.
    ///
    /// # Errors
    ///
    /// If the ring is full. The item comes back.
    pub fn push(&mut self, item: T) -> Result<(), T> {
        let tail = self.ring.tail.load(Ordering::Relaxed);
        let head = self.ring.head.load(Ordering::SeqCst);
        if tail - head == self.ring.slots.len() {
            return Err(item);
        }
        self.ring.slots[tail % self.ring.slots.len()].with_mut(|slot| {
            // SAFETY: the slot is free, see `Ring`; nobody else uses it until `tail` says that it is full.
            unsafe { (*slot).write(item) };
        });
        self.ring.tail.store(tail + 1, Ordering::SeqCst);
        Ok(())
    }
}

impl<T> Consumer<T> {
    /// Takes the first item, without waiting. `None` says that there is none at the moment.
    pub fn pop(&mut self) -> Option<T> {
        let head = self.ring.head.load(Ordering::Relaxed);
        let tail = self.ring.tail.load(Ordering::SeqCst);
        if head == tail {
            return None;
        }
        let item = self.ring.slots[head % self.ring.slots.len()].with(|slot| {
            // SAFETY: the slot is full, see `Ring`, and its item is taken once: `head` says so from the next line on.
            unsafe { (*slot).assume_init_read() }
        });
        self.ring.head.store(head + 1, Ordering::SeqCst);
        Some(item)
    }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        // Both ends are gone, and whoever dropped the last one has seen what the other did: `Arc` orders that.
        let head = self.head.load(Ordering::Relaxed);
        let tail = self.tail.load(Ordering::Relaxed);
        for index in head..tail {
            self.slots[index % self.slots.len()].with_mut(|slot| {
                // SAFETY: the slots from `head` to `tail` are full, and nobody else is there any more.
                unsafe { (*slot).assume_init_drop() };
            });
        }
    }
}
