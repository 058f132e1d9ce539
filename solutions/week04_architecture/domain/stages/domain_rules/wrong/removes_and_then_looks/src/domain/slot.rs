//! A piece of a day.

/// Minutes since 1970-01-01 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(pub i64);

const QUARTER: i64 = 15;
const LONGEST: i64 = 8 * 60;

/// From a minute on, until before another one. Half open, so that what follows does not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    start: Minute,
    end: Minute,
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
        if start.0.rem_euclid(QUARTER) != 0 || end.0.rem_euclid(QUARTER) != 0 {
            Err(SlotError::NoQuarter)
        } else if start >= end {
            Err(SlotError::Backwards)
        } else if end.0.abs_diff(start.0) > LONGEST.unsigned_abs() {
            Err(SlotError::TooLong)
        } else {
            Ok(Self { start, end })
        }
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
        self.start < other.end && other.start < self.end
    }
}
