//! Flags as such. Tests and tools use them as they are.

use std::collections::BTreeMap;

/// Named switches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    flags: BTreeMap<String, bool>,
}

impl Flags {
    /// Whether the flag is on. `None` if there is no such flag.
    pub fn get(&self, name: &str) -> Option<bool> {
        self.flags.get(name).copied()
    }

    /// The names of all flags, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.flags.keys().map(String::as_str)
    }

    /// How many flags there are.
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether there is no flag.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// Switches a flag, which may be new. Answers whether that changed anything.
    pub fn set(&mut self, name: &str, on: bool) -> bool {
        self.flags.insert(name.to_owned(), on) != Some(on)
    }

    /// Removes a flag. Answers whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.flags.remove(name).is_some()
    }

    /// Switches each flag of a text, in its order. Answers how many of the switches changed anything.
    pub fn import(&mut self, text: &str) -> usize {
        parse(text).filter(|(name, on)| self.set(name, *on)).count()
    }

    /// Removes all flags.
    pub fn clear(&mut self) {
        self.flags.clear();
    }
}

/// The flags of a text: one `name on` or `name off` a line. Other lines are skipped.
pub fn parse(text: &str) -> impl Iterator<Item = (&str, bool)> {
    text.lines().filter_map(|line| match line.split_once(' ')? {
        (name, "on") => Some((name, true)),
        (name, "off") => Some((name, false)),
        _ => None,
    })
}
