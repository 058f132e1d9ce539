//! Values that say when they are freed.

/// Prints its name when it is dropped.
#[derive(Debug)]
pub struct Named(&'static str);

impl Named {
    /// A value with this name.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// How long the name is. It borrows the value for that.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// Never anything. It borrows the value for that.
    #[must_use]
    pub fn nothing(&self) -> Option<usize> {
        None
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        say(self.0);
    }
}

/// Prints a word.
pub fn say(word: &str) {
    println!("{word}");
}
