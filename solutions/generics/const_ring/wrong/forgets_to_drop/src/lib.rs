//! The last events of a connection, for the report that is written when it breaks.

use std::array;
use std::fmt;
use std::mem::{self, MaybeUninit};

/// The last `N` values, oldest first. No slot says whether it is in use; the marks alone do.
pub struct Recent<T, const N: usize> {
    // Invariant: exactly the `len` slots from `start` on, cyclically, hold a value, and `len <= N`.
    slots: [MaybeUninit<T>; N],
    start: usize,
    len: usize,
}

impl<T, const N: usize> Recent<T, N> {
    /// Nothing kept yet. A ring without room does not build.
    pub const fn new() -> Self {
        const { assert!(N > 0, "a ring without room keeps nothing") }
        Self {
            slots: [const { MaybeUninit::uninit() }; N],
            start: 0,
            len: 0,
        }
    }

    /// Keeps the newest value. If there is no room left, the oldest one is handed out.
    pub fn push(&mut self, value: T) -> Option<T> {
        let oldest = if self.len == N {
            self.pop_oldest()
        } else {
            None
        };
        self.slots[self.slot(self.len)].write(value);
        self.len += 1;
        oldest
    }

    /// Takes the oldest value out.
    pub fn pop_oldest(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let oldest = mem::replace(&mut self.slots[self.start], MaybeUninit::uninit());
        self.start = self.slot(1);
        self.len -= 1;
        // SAFETY: the ring was not empty, so the slot at `start` held a value, and the marks have left it.
        Some(unsafe { oldest.assume_init() })
    }

    /// How many values are kept, `N` at the most.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Drops all values.
    pub fn clear(&mut self) {
        while self.pop_oldest().is_some() {}
    }

    /// The kept values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        (0..self.len).map(|steps| {
            // SAFETY: fewer than `len` steps from `start`, so the slot holds a value.
            unsafe { self.slots[self.slot(steps)].assume_init_ref() }
        })
    }

    /// The newest `K` values, newest first, and `None` where there are no more.
    pub fn newest<const K: usize>(&self) -> [Option<&T>; K] {
        let mut newest = self.iter().rev();
        array::from_fn(|_| newest.next())
    }

    fn slot(&self, steps: usize) -> usize {
        (self.start + steps) % N
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for Recent<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T, const N: usize> Default for Recent<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
