//! What opens a circuit.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::window::Window;

/// What opens a circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trip {
    /// So many failures in a row.
    InARow(NonZeroU32),
    /// The part of failures among the calls that ended lately.
    Rate {
        /// So many of a hundred, or more. Over 100 never opens it.
        percent: u8,
        /// Of fewer calls than that nothing follows.
        at_least: NonZeroU32,
        /// How long a call counts: to a tenth of it.
        window: Duration,
    },
}

/// What a closed circuit remembers. Made anew each time one closes.
pub(crate) enum Watch {
    InARow {
        limit: NonZeroU32,
        failures: u32,
    },
    Rate {
        percent: u8,
        at_least: NonZeroU32,
        window: Window,
    },
}

impl Watch {
    pub(crate) fn new(trip: &Trip, now: Instant) -> Self {
        match *trip {
            Trip::InARow(limit) => Watch::InARow { limit, failures: 0 },
            Trip::Rate {
                percent,
                at_least,
                window,
            } => Watch::Rate {
                percent,
                at_least,
                window: Window::new(window, now),
            },
        }
    }

    /// Takes note of how a call has ended, and says whether the circuit is to open.
    pub(crate) fn trips(&mut self, failed: bool, now: Instant) -> bool {
        match self {
            Watch::InARow { limit, failures } => {
                *failures = if failed { *failures + 1 } else { 0 };
                *failures >= limit.get()
            }
            Watch::Rate {
                percent,
                at_least,
                window,
            } => {
                let counts = window.record(failed, now);
                // Whole numbers: 29 of 50 are 58 percent, and `29.0 / 50.0 * 100.0` is less than 58.
                counts.calls >= u64::from(at_least.get())
                    && counts.failures * 100 >= counts.calls * u64::from(*percent)
            }
        }
    }
}
