//! Flags of the production environment: the auditors want to know who switched what.

use std::ops::{Deref, DerefMut};

use crate::Flags;

/// Flags that extend [`Flags`] by a trail of all changes.
#[derive(Debug, Clone)]
pub struct AuditedFlags {
    base: Flags,
    who: String,
    trail: Vec<String>,
}

impl AuditedFlags {
    /// Flags that are changed by this person from now on.
    pub fn new(flags: Flags, who: &str) -> AuditedFlags {
        AuditedFlags {
            base: flags,
            who: who.to_owned(),
            trail: Vec::new(),
        }
    }

    /// All changes, the first one first: `ada: beta on`, `ada: beta off` or `ada: beta removed`.
    pub fn trail(&self) -> &[String] {
        &self.trail
    }

    /// Overrides [`Flags::set`] and records the change.
    pub fn set(&mut self, name: &str, on: bool) -> bool {
        let changed = self.base.set(name, on);
        if changed {
            let state = if on { "on" } else { "off" };
            self.trail.push(format!("{}: {name} {state}", self.who));
        }
        changed
    }
}

/// Everything else is inherited.
impl Deref for AuditedFlags {
    type Target = Flags;

    fn deref(&self) -> &Flags {
        &self.base
    }
}

impl DerefMut for AuditedFlags {
    fn deref_mut(&mut self) -> &mut Flags {
        &mut self.base
    }
}
