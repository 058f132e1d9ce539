//! What is asked, and when. Made before anything is sent, and the same for the same plan.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A load. Whoever has the same plan asks the same, at the same moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How many calls come in a second, at even distances.
    pub per_second: u32,
    /// For how long they come.
    pub length: Duration,
    /// How many may be on their way at once. Others wait for a place, and that is a part of their latency.
    pub at_once: usize,
    /// How long a caller waits for an answer, from when the call was due.
    pub patience: Duration,
    /// Which of all loads of this form it is.
    pub seed: u64,
    /// What is asked.
    pub mix: Mix,
}

/// How often each call comes, as a share of the sum of all four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mix {
    /// A page of tasks.
    pub list: u32,
    /// One task.
    pub read: u32,
    /// A new task.
    pub create: u32,
    /// A change of a task.
    pub change: u32,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// A page of tasks.
    List,
    /// One task.
    Read,
    /// A new task.
    Create,
    /// A change of a task.
    Change,
}

/// A call of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When, after the beginning.
    pub at: Duration,
    /// What.
    pub call: Call,
    /// A number by which the target chooses whatever else is to be chosen: which task, which title.
    pub pick: u64,
}

impl Plan {
    /// All calls, in the order of their times.
    ///
    /// # Panics
    ///
    /// If the mix is of nothing, or nothing is to come in a second.
    pub fn calls(&self) -> impl Iterator<Item = Due> + use<> {
        let per_second = u128::from(self.per_second);
        let mix = self.mix;
        let mut random = Random(self.seed);
        let count = self.length.as_nanos() * per_second / NANOS;
        (0..count).map(move |number| Due {
            // Each from the beginning: a distance that is rounded and added up is a rate that nobody asked for.
            at: nanos(number * NANOS / per_second),
            call: mix.choose(number as u64),
            pick: random.next(),
        })
    }
}

impl Mix {
    /// By chance and not by turns: what always comes in the same order is a load of one sequence.
    fn choose(&self, random: u64) -> Call {
        let shares = [
            (Call::List, self.list),
            (Call::Read, self.read),
            (Call::Create, self.create),
            (Call::Change, self.change),
        ];
        let sum: u64 = shares.iter().map(|(_, share)| u64::from(*share)).sum();
        let mut at = random % sum;
        for (call, share) in shares {
            match at.checked_sub(u64::from(share)) {
                None => return call,
                Some(rest) => at = rest,
            }
        }
        unreachable!("`at` is less than the sum of the shares")
    }
}

const NANOS: u128 = 1_000_000_000;

fn nanos(nanos: u128) -> Duration {
    Duration::new((nanos / NANOS) as u64, (nanos % NANOS) as u32)
}

/// Steele, Lea and Flood's SplitMix64: good enough for a mix, and the same on every machine and in every release, which
/// is what std's hashers do not promise.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
