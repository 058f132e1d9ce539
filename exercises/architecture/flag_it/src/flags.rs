//! Feature flags: who gets what is new, and until when that is a question.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

/// A change that not everybody gets yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    pub name: &'static str,
    /// Of a hundred users so many have it.
    pub percent: u8,
    /// Who is asked when it has expired.
    pub owner: &'static str,
    /// The last day on which it may be in the code, counted from some day in the past.
    pub expires: u32,
}

/// The flags of a process.
#[derive(Debug, Clone)]
pub struct Flags {
    flags: Vec<Flag>,
    forced: BTreeMap<String, bool>,
    state: RandomState,
}

impl Flags {
    #[must_use]
    pub fn new(flags: &[Flag]) -> Flags {
        Flags {
            flags: flags.to_vec(),
            forced: BTreeMap::new(),
            state: RandomState::new(),
        }
    }

    /// Whether a user has what is behind a flag. A flag that there is not is off.
    #[must_use]
    pub fn is_on(&self, name: &str, user: &str) -> bool {
        if let Some(on) = self.forced.get(name) {
            return *on;
        }
        let Some(flag) = self.flags.iter().find(|flag| flag.name == name) else {
            return false;
        };
        self.state.hash_one(user) % 100 <= u64::from(flag.percent)
    }

    /// For tests: the same flags, one of them on or off for everybody.
    ///
    /// # Panics
    ///
    /// Panics if there is no such flag.
    #[must_use]
    pub fn with(mut self, name: &str, on: bool) -> Flags {
        self.forced.insert(name.to_owned(), on);
        self
    }

    /// The flags that should no longer be in the code on that day.
    #[must_use]
    pub fn expired(&self, today: u32) -> Vec<Flag> {
        let mut expired = self.flags.clone();
        expired.retain(|flag| flag.expires <= today && flag.percent == 100);
        expired
    }
}

/// Where a user stands in the queue for a flag: from 0, the first to get it, to 9,999.
#[must_use]
pub fn bucket(flag: &str, user: &str) -> u16 {
    let hash = RandomState::new().hash_one((flag, user));
    u16::try_from(hash % 10_000).expect("it is less than 10,000")
}

/// For tests: calls `check` with a flag off for everybody and with it on.
///
/// # Panics
///
/// Panics if `check` does, with all that it said and for which way of the flag.
pub fn both_ways(flags: &Flags, name: &str, check: impl Fn(&Flags)) {
    check(&flags.clone().with(name, true));
}
