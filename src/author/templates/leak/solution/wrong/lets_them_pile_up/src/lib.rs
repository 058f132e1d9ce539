//! TODO: what this is for.

/// The last few values that came.
pub struct Last<T> {
    values: Vec<T>,
    most: usize,
}

impl<T> Last<T> {
    /// For so many values.
    pub fn new(most: usize) -> Self {
        let values = Vec::new();
        Last { values, most }
    }

    /// Takes in a value, and lets the oldest go if there are too many.
    pub fn push(&mut self, value: T) {
        self.values.push(value);
        if self.values.len() > self.most * 10 {
            self.values.drain(..self.most * 9);
        }
    }

    /// The values, the oldest first.
    pub fn values(&self) -> &[T] {
        let from = self.values.len().saturating_sub(self.most);
        &self.values[from..]
    }
}
