//! Stands for the client of another vendor. Not yours to change. It answers what a closure says.
//!
//! What the vendor's documentation says: a rate is a decimal with a point and up to six digits after it, as text.
//! An error is a word: `E_PAIR` for a pair of currencies that they do not have, `E_BUSY` and `E_INTERNAL` for later.

/// A function in place of a server.
type Answer = dyn Fn(&str) -> Result<String, String>;

pub struct Kurs24 {
    answer: Box<Answer>,
}

impl Kurs24 {
    pub fn connect(answer: impl Fn(&str) -> Result<String, String> + 'static) -> Self {
        Kurs24 {
            answer: Box::new(answer),
        }
    }

    /// The rate of a pair such as `EUR/USD`: what one euro is in dollars.
    pub fn pair(&self, pair: &str) -> Result<String, String> {
        (self.answer)(pair)
    }
}
