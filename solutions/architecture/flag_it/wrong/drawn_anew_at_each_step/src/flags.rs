//! Feature flags: who gets what is new, and until when that is a question.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

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
}

impl Flags {
    #[must_use]
    pub fn new(flags: &[Flag]) -> Flags {
        Flags {
            flags: flags.to_vec(),
            forced: BTreeMap::new(),
        }
    }

    /// Whether a user has what is behind a flag. A flag that there is not is off.
    #[must_use]
    pub fn is_on(&self, name: &str, user: &str) -> bool {
        if let Some(on) = self.forced.get(name) {
            return *on;
        }
        // The bucket does not depend on the percentage: a larger one only moves the line, so nobody who
        // has it loses it.
        self.find(name).is_some_and(|flag| {
            bucket(name, &format!("{user}{}", flag.percent)) < u16::from(flag.percent) * 100
        })
    }

    /// For tests: the same flags, one of them on or off for everybody.
    ///
    /// # Panics
    ///
    /// Panics if there is no such flag.
    #[must_use]
    pub fn with(mut self, name: &str, on: bool) -> Flags {
        assert!(self.find(name).is_some(), "there is no flag `{name}`");
        self.forced.insert(name.to_owned(), on);
        self
    }

    /// The flags that should no longer be in the code on that day.
    #[must_use]
    pub fn expired(&self, today: u32) -> Vec<Flag> {
        let mut expired = self.flags.clone();
        expired.retain(|flag| flag.expires < today);
        expired
    }

    fn find(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name == name)
    }
}

/// Where a user stands in the queue for a flag: from 0, the first to get it, to 9,999.
///
/// FNV-1a of 64 bits over the flag, a zero byte and the user: five lines in any language, and written down.
/// `DefaultHasher` has fixed keys, too, but its algorithm may change with any release of Rust.
#[must_use]
pub fn bucket(flag: &str, user: &str) -> u16 {
    let bytes = flag.bytes().chain([0]).chain(user.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    u16::try_from(hash % 10_000).expect("it is less than 10,000")
}

/// For tests: calls `check` with a flag off for everybody and with it on.
///
/// # Panics
///
/// Panics if `check` does, with all that it said and for which way of the flag.
pub fn both_ways(flags: &Flags, name: &str, check: impl Fn(&Flags)) {
    let mut failures = Vec::new();
    for (on, way) in [(false, "off"), (true, "on")] {
        let flags = flags.clone().with(name, on);
        // Nothing of `check` is looked at afterwards but what it said.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&flags))) {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            let text = text.unwrap_or("a panic without a text");
            failures.push(format!("with `{name}` {way}: {text}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
