//! A queue of fixed size, for frames that wait for a worker.

use std::mem::MaybeUninit;

/// At most as many values as it has slots. The one that was pushed first is at `head`, and `len` slots from there on,
/// around the end, are initialised; no others are.
pub struct Ring<T> {
    slots: Box<[MaybeUninit<T>]>,
    head: usize,
    len: usize,
}

impl<T> Ring<T> {
    pub fn new(slots: usize) -> Ring<T> {
        Ring {
            slots: Box::new_uninit_slice(slots),
            head: 0,
            len: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Gives the value back if there is no room.
    pub fn push(&mut self, value: T) -> Result<(), T> {
        if self.len == self.slots.len() {
            return Err(value);
        }
        let slot = self.slot(self.len);
        self.slots[slot].write(value);
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let slot = self.head;
        self.head = self.slot(1);
        self.len -= 1;
        // SAFETY: there was a value, so the one at `head` is initialised. It is none of `len` any more.
        Some(unsafe { self.slots[slot].assume_init_read() })
    }

    /// The value that is popped after so many others.
    pub fn get(&self, at: usize) -> Option<&T> {
        if at >= self.slots.len() {
            return None;
        }
        // SAFETY: the index is within the slots.
        Some(unsafe { self.slots[self.slot(at)].assume_init_ref() })
    }

    /// Keeps the values that `keep` is true of, in their order.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let mut kept = 0;
        for at in 0..self.len {
            let from = self.slot(at);
            // SAFETY: `at` is less than `len`, and each value is moved out once.
            let value = unsafe { self.slots[from].assume_init_read() };
            if keep(&value) {
                let to = self.slot(kept);
                self.slots[to].write(value);
                kept += 1;
            }
        }
        self.len = kept;
    }

    fn slot(&self, at: usize) -> usize {
        (self.head + at) % self.slots.len()
    }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}
