//! What is known of each probe now, and how warm it has been where.
//!
//! The tests take this file in by itself, with locks of their own in the place of [`crate::sync`]: it uses that,
//! [`crate::Reading`], and nothing else of the crate.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::Reading;
use crate::sync::{Mutex, Recorder};

/// About how long a line of a page is. Only how often a page has to grow depends on it.
const LINE: usize = 64;

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
        // Once: the board has all of a batch or nothing of it, and the batch waits at most once.
        let mut state = self.state.lock();
        for reading in batch {
            let (at, tenths) = (reading.at, reading.tenths);
            // `entry` wants an owned key whether the place is known or not, and nearly every place is.
            for place in places(&reading.probe) {
                match state.warmest.get_mut(place) {
                    Some(warmest) => *warmest = tenths.max(*warmest),
                    None => {
                        state.warmest.insert(place.to_owned(), tenths);
                    }
                }
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
        let lines = self.lines();
        out.write_all(lines.as_bytes())
    }

    /// The page, as it is at one moment. A function of its own, so that the guard has ended where anybody can wait.
    fn lines(&self) -> String {
        let state = self.state.lock();
        let mut lines = String::with_capacity(state.latest.len() * LINE);
        for (probe, Latest { at, tenths }) in &state.latest {
            // Writing to a String can't fail.
            let _ = writeln!(lines, "{probe} {at} {tenths}");
        }
        lines
    }
}

/// A probe's place and all places around it: `a/b/c` is in `a/b` and in `a`. They are beginnings of its name, which somebody owns.
fn places(probe: &str) -> impl Iterator<Item = &str> {
    let ends = probe.match_indices('/').map(|(end, _)| end);
    ends.chain([probe.len()]).map(|end| &probe[..end])
}
