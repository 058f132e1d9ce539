//! Flags of the production environment: the auditors want to know who switched what.

use crate::{Flags, parse};

/// Flags with a trail of all changes.
///
/// It has [`Flags`] and is none: there is no `Deref`, and no `&mut Flags` ever leaves it. So this file is
/// all that an auditor has to read.
#[derive(Debug, Clone)]
pub struct AuditedFlags {
    flags: Flags,
    who: String,
    trail: Vec<String>,
}

impl AuditedFlags {
    /// Flags that are changed by this person from now on.
    pub fn new(flags: Flags, who: &str) -> AuditedFlags {
        AuditedFlags {
            flags,
            who: who.to_owned(),
            trail: Vec::new(),
        }
    }

    /// All changes, the first one first: `ada: beta on`, `ada: beta off` or `ada: beta removed`.
    pub fn trail(&self) -> &[String] {
        &self.trail
    }

    /// The flags as they are now, for somebody who only reads.
    pub fn as_flags(&self) -> &Flags {
        &self.flags
    }

    /// As [`Flags::get`].
    pub fn get(&self, name: &str) -> Option<bool> {
        self.flags.get(name)
    }

    /// As [`Flags::names`].
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.flags.names()
    }

    /// As [`Flags::len`].
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// As [`Flags::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// As [`Flags::set`], and records the change.
    pub fn set(&mut self, name: &str, on: bool) -> bool {
        let changed = self.flags.set(name, on);
        if changed {
            self.record(name, if on { "on" } else { "off" });
        }
        changed
    }

    /// As [`Flags::remove`], and records the change.
    pub fn remove(&mut self, name: &str) -> bool {
        let removed = self.flags.remove(name);
        if removed {
            self.record(name, "removed");
        }
        removed
    }

    /// As [`Flags::import`], and records each change.
    pub fn import(&mut self, text: &str) -> usize {
        parse(text).filter(|(name, on)| self.set(name, *on)).count()
    }

    /// As [`Flags::clear`].
    pub fn clear(&mut self) {
        self.flags.clear();
    }

    fn record(&mut self, name: &str, change: &str) {
        self.trail.push(format!("{}: {name} {change}", self.who));
    }
}
