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
        self.change(name, |flags| flags.set(name, on))
    }

    /// As [`Flags::remove`], and records the change.
    pub fn remove(&mut self, name: &str) -> bool {
        self.change(name, |flags| flags.remove(name))
    }

    /// As [`Flags::import`], and records each change.
    pub fn import(&mut self, text: &str) -> usize {
        let mut changes = 0;
        for (name, on) in parse(text) {
            changes += usize::from(self.set(name, on));
        }
        changes
    }

    /// The only place that has the flags in hand to change them.
    fn change(&mut self, name: &str, change: impl FnOnce(&mut Flags) -> bool) -> bool {
        let changed = change(&mut self.flags);
        if changed {
            let now = match self.flags.get(name) {
                Some(true) => "on",
                Some(false) => "off",
                None => "removed",
            };
            self.trail.push(format!("{}: {name} {now}", self.who));
        }
        changed
    }
}
