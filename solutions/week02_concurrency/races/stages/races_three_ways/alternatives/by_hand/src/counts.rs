//! What a concert has.

use std::fmt;

/// How many seats are free, and how many are sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Seats that can be sold.
    pub free: u32,
    /// Seats that are sold.
    pub sold: u32,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} free and {} sold", self.free, self.sold)
    }
}
