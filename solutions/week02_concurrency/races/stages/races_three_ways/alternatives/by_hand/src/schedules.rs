//! Races, written down: whose turn it is at each step of `lab/stock.rs`, and what comes of it.

use crate::counts::Counts;

/// An order of the steps of A and B, and how it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Whose turn it is: a letter for each load and each store. Spaces do not count.
    pub turns: &'static str,
    /// What A is told.
    pub a: Answer,
    /// What B is told.
    pub b: Answer,
    /// What there is when both have returned.
    pub end: Counts,
}

/// What a call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// `sell` returned true.
    Sold,
    /// `sell` returned false.
    Refused,
    /// `take_back` returns nothing.
    TakenBack,
    /// `counts` returned this.
    Saw(Counts),
}

/// 1 free and 0 sold. A sells 1, B sells 1, and both are told that they have it.
pub const OVERSOLD: Schedule = Schedule {
    // Both have read 1 before anybody writes, so both may. The sales come one behind the other and are both booked.
    turns: "AB AAA BBB",
    a: Answer::Sold,
    b: Answer::Sold,
    end: Counts { free: 0, sold: 2 },
};

/// 5 free and 0 sold. A sells 2, B sells 1. In the end 2 are free, as it should be, and other than 3 are sold.
pub const LOST_SALE: Schedule = Schedule {
    // `free` one after the other, which is right; then both read 0 sold, and B writes 1 over the 2 of A.
    turns: "AA BB AB AB",
    a: Answer::Sold,
    b: Answer::Sold,
    end: Counts { free: 2, sold: 1 },
};

/// 1 free and 1 sold. A takes back 1 while B sells 1. In the end the concert has more than 2 seats.
pub const GHOST_SEAT: Schedule = Schedule {
    // B takes the seat, and A writes over that a number from before, plus one.
    turns: "AB BA AA BB",
    a: Answer::TakenBack,
    b: Answer::Sold,
    end: Counts { free: 2, sold: 1 },
};

/// 1 free and 0 sold. A sells 1 while B looks at the counts. The end is right, and B has seen a concert that does
/// not have 1 seat.
pub const TORN_LOOK: Schedule = Schedule {
    // Each of the four steps of A is right. The concert is in between two of them, and B looks there.
    turns: "AA BB AA",
    a: Answer::Sold,
    b: Answer::Saw(Counts { free: 0, sold: 0 }),
    end: Counts { free: 0, sold: 1 },
};

/// 5 free and 0 sold. A sells 2, B sells 1. The turn goes from one to the other five times or more, and the end is
/// right.
pub const HARMLESS: Schedule = Schedule {
    // A is on `sold` while B is on `free`. Nothing falls between a load and the store that belongs to it.
    turns: "AA BA BA BB",
    a: Answer::Sold,
    b: Answer::Sold,
    end: Counts { free: 2, sold: 3 },
};
