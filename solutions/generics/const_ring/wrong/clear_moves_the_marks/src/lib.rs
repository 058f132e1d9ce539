//! The last events of a connection, for the report that is written when it breaks.

use std::array;

/// The last `N` values, oldest first. They lie in the ring itself, and a ring lies where its owner puts it.
#[derive(Debug)]
pub struct Recent<T, const N: usize> {
    // `Some` in exactly the `len` slots from `start` on, where the first one follows the last. So each value is
    // dropped once, whether the ring is full, partly full or empty, and no code here says so.
    slots: [Option<T>; N],
    start: usize,
    len: usize,
}

impl<T, const N: usize> Recent<T, N> {
    /// Nothing kept yet. A ring without room does not build.
    pub const fn new() -> Self {
        const { assert!(N > 0, "a ring without room keeps nothing") }
        Self {
            // `[None; N]` would ask for `T: Copy`; a constant is written anew for each slot.
            slots: [const { None }; N],
            start: 0,
            len: 0,
        }
    }

    /// Keeps the newest value. If there is no room left, the oldest one is handed out.
    pub fn push(&mut self, value: T) -> Option<T> {
        // In a full ring, the slot behind the newest value is the oldest value's.
        let end = self.slot(self.len);
        let before = self.slots[end].replace(value);
        if self.len < N {
            self.len += 1;
            return None;
        }
        self.start = self.slot(1);
        before
    }

    /// Takes the oldest value out.
    pub fn pop_oldest(&mut self) -> Option<T> {
        let oldest = self.slots[self.start].take()?;
        self.start = self.slot(1);
        self.len -= 1;
        Some(oldest)
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
        self.start = 0;
        self.len = 0;
    }

    /// The kept values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        (0..self.len).filter_map(|steps| self.slots[self.slot(steps)].as_ref())
    }

    /// The newest `K` values, newest first, and `None` where there are no more.
    pub fn newest<const K: usize>(&self) -> [Option<&T>; K] {
        let mut newest = self.iter().rev();
        array::from_fn(|_| newest.next())
    }

    /// The slot that is `steps` after the oldest value's.
    fn slot(&self, steps: usize) -> usize {
        // The compiler knows `N`. Where it is a power of two, this is a mask.
        (self.start + steps) % N
    }
}

impl<T, const N: usize> Default for Recent<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
