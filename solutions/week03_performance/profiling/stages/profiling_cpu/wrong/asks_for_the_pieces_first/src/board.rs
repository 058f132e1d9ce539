//! What is known of each probe now, and how warm it has been where.
//!
//! The tests take this file in by itself, with locks of their own in the place of [`crate::sync`]: it uses that,
//! [`crate::Reading`], and nothing else of the crate.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use crate::Reading;
use crate::sync::{Mutex, Recorder};

/// The last reading of a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Tenths of a degree Celsius.
    pub tenths: i32,
}

/// The board. All threads of the service share one.
pub struct Board {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    latest: BTreeMap<String, Latest>,
    /// For a probe and for each place around it, up to the site.
    warmest: HashMap<String, i32>,
}

impl Board {
    /// An empty board, whose locks write down who waits.
    pub fn new(recorder: &Recorder) -> Self {
        Self {
            state: Mutex::new(State::default(), recorder),
        }
    }

    /// Notes the readings of a batch. One that comes late, after a newer one of its probe, counts for the warmest only.
    #[inline(never)]
    pub fn note(&self, batch: &[Reading<'_>]) {
        for reading in batch {
            let mut state = self.state.lock();
            let Reading { probe, at, tenths } = reading.clone();
            for place in places(&probe) {
                let warmest = state.warmest.entry(place).or_insert(tenths);
                *warmest = tenths.max(*warmest);
            }
            let new = Latest { at, tenths };
            let latest = state.latest.entry(probe.into_owned()).or_insert(new);
            if at >= latest.at {
                *latest = new;
            }
        }
    }

    /// The last reading of a probe.
    pub fn latest(&self, probe: &str) -> Option<Latest> {
        self.state.lock().latest.get(probe).copied()
    }

    /// The warmest reading of a place: of a probe, or of all probes below a site, a hall or a freezer.
    pub fn warmest(&self, place: &str) -> Option<i32> {
        self.state.lock().warmest.get(place).copied()
    }

    /// Writes the board to a client: a line for each probe, in order of their names.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn page(&self, out: &mut dyn Write) -> io::Result<()> {
        let state = self.state.lock();
        for (probe, Latest { at, tenths }) in &state.latest {
            writeln!(out, "{probe} {at} {tenths}")?;
        }
        out.flush()
    }
}

/// A probe's place and all places around it: `a/b/c` is in `a/b` and in `a`.
#[inline(never)]
fn places(probe: &str) -> Vec<String> {
    let parts: Vec<&str> = probe.split('/').collect();
    (1..=parts.len()).map(|n| parts[..n].join("/")).collect()
}
