// What the tests of all stages share: a world that stands still, and in which everything can be seen.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use dunning::{Date, World};

/// A world on paper.
#[derive(Debug)]
pub struct Paper {
    pub files: BTreeMap<String, String>,
    pub said: Vec<String>,
    /// What can't be written.
    pub refuses: BTreeSet<String>,
    /// What is there and can't be read.
    pub unreadable: BTreeSet<String>,
    today: Date,
    /// How many days pass each time that somebody asks for the date.
    haste: i64,
    asked: Cell<i64>,
}

impl Paper {
    /// A ledger on a day.
    pub fn new(today: &str, ledger: &[&str]) -> Self {
        let mut files = BTreeMap::new();
        files.insert("ledger.csv".to_owned(), lines(ledger));
        Self {
            files,
            said: Vec::new(),
            refuses: BTreeSet::new(),
            unreadable: BTreeSet::new(),
            today: date(today),
            haste: 0,
            asked: Cell::new(0),
        }
    }

    /// A day passes each time that somebody asks for the date.
    pub fn in_haste(mut self) -> Self {
        self.haste = 1;
        self
    }

    pub fn refusing(mut self, name: &str) -> Self {
        self.refuses.insert(name.to_owned());
        self
    }

    pub fn file(&self, name: &str) -> &str {
        self.files
            .get(name)
            .map_or("(there is no such file)", String::as_str)
    }

    /// The names of all letters.
    pub fn letters(&self) -> Vec<&str> {
        let names = self.files.keys().map(String::as_str);
        names.filter(|name| name.starts_with("letters/")).collect()
    }
}

impl World for Paper {
    fn today(&self) -> Date {
        let asked = self.asked.get();
        self.asked.set(asked + 1);
        self.today + asked * self.haste
    }

    fn read(&self, name: &str) -> io::Result<String> {
        if self.unreadable.contains(name) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let file = self.files.get(name);
        file.cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, name: &str, text: &str) -> io::Result<()> {
        if self.refuses.contains(name) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let kept = self.files.entry(name.to_owned()).or_default();
        text.clone_into(kept);
        Ok(())
    }

    fn say(&mut self, line: &str) {
        self.said.extend([line.to_owned()]);
    }
}

pub fn date(text: &str) -> Date {
    text.parse()
        .unwrap_or_else(|_| panic!("{text:?} was expected to be a date"))
}

pub fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
