//! A piece of a day.

/// Minutes since 1970-01-01 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(pub i64);

/// From a minute on, until before another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    pub start: Minute,
    pub end: Minute,
}

/// Why two minutes are no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotError {
    /// Slots begin and end at quarters of an hour.
    NoQuarter,
    /// It ends where it begins, or before.
    Backwards,
    /// It is longer than eight hours.
    TooLong,
}

impl Slot {
    /// A slot between two minutes.
    ///
    /// # Errors
    ///
    /// The first reason, in the order in which [`SlotError`] has them.
    pub fn new(start: Minute, end: Minute) -> Result<Self, SlotError> {
        if start >= end {
            return Err(SlotError::Backwards);
        }
        Ok(Self { start, end })
    }

    /// When it begins.
    #[must_use]
    pub fn start(self) -> Minute {
        self.start
    }

    /// When it is over.
    #[must_use]
    pub fn end(self) -> Minute {
        self.end
    }

    /// Whether there is a minute that belongs to both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}
