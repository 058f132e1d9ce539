//! The last events of a connection, for the report that is written when it breaks.

use std::collections::VecDeque;

/// The last `N` values, oldest first.
#[derive(Debug)]
pub struct Recent<T, const N: usize> {
    kept: VecDeque<T>,
}

impl<T, const N: usize> Recent<T, N> {
    /// Nothing kept yet.
    pub fn new() -> Self {
        Self {
            kept: VecDeque::new(),
        }
    }

    /// Keeps the newest value. If there is no room left, the oldest one is handed out.
    pub fn push(&mut self, value: T) -> Option<T> {
        self.kept.push_back(value);
        if self.kept.len() > N {
            self.kept.pop_front()
        } else {
            None
        }
    }

    /// Takes the oldest value out.
    pub fn pop_oldest(&mut self) -> Option<T> {
        self.kept.pop_front()
    }

    /// How many values are kept, `N` at the most.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Drops all values.
    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// The kept values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.kept.iter()
    }

    /// The newest `K` values, newest first, and `None` where there are no more.
    pub fn newest<const K: usize>(&self) -> [Option<&T>; K] {
        let mut newest: Vec<Option<&T>> = self.iter().rev().take(K).map(Some).collect();
        newest.resize(K, None);
        newest.try_into().unwrap_or([None; K])
    }
}

impl<T, const N: usize> Default for Recent<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
