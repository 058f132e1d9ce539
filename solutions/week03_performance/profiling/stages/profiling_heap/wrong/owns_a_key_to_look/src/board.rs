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
            let (at, tenths) = (reading.at, reading.tenths);
            // `entry` wants an owned key whether the place is known or not, and nearly every place is.
            for place in places(&reading.probe) {
                let warmest = state.warmest.entry(place.to_owned()).or_insert(tenths);
                *warmest = tenths.max(*warmest);
            }
            let new = Latest { at, tenths };
            match state.latest.get_mut(&*reading.probe) {
                Some(latest) if at < latest.at => {}
                Some(latest) => *latest = new,
                None => {
                    state.latest.insert(reading.probe.to_string(), new);
                }
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

/// A probe's place and all places around it: `a/b/c` is in `a/b` and in `a`. They are beginnings of its name, which somebody owns.
fn places(probe: &str) -> impl Iterator<Item = &str> {
    let ends = probe.match_indices('/').map(|(end, _)| end);
    ends.chain([probe.len()]).map(|end| &probe[..end])
}
