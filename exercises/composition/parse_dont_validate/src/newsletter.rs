//! The list of readers, and what is done with it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::EmailAddress;

/// A newsletter and its readers.
#[derive(Debug, Default)]
pub struct Newsletter {
    readers: BTreeSet<EmailAddress>,
}

impl Newsletter {
    /// A newsletter that nobody reads yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a reader, and tells whether they are new.
    pub fn sign_up(&mut self, reader: EmailAddress) -> bool {
        let text = reader.as_str();
        // A plus sign is mostly somebody who signs up twice.
        if !text.contains('@') || text.contains('+') {
            return false;
        }
        self.readers.insert(reader)
    }

    /// Whether this is a reader; the page with their settings asks.
    pub fn has(&self, reader: &EmailAddress) -> bool {
        let wanted = reader.as_str().trim();
        self.readers
            .iter()
            .any(|known| known.as_str().eq_ignore_ascii_case(wanted))
    }

    /// Takes a reader off the list, and tells whether they were on it.
    pub fn unsubscribe(&mut self, reader: &EmailAddress) -> bool {
        let wanted = reader.as_str().trim().to_lowercase();
        let before = self.readers.len();
        self.readers.retain(|known| known.as_str() != wanted);
        self.readers.len() < before
    }

    /// How many readers each domain has, for the monthly report.
    pub fn readers_per_domain(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for reader in &self.readers {
            let mut domain = reader.domain();
            if !domain.starts_with(|first: char| first.is_alphabetic()) || !domain.contains('.') {
                domain = "unknown";
            }
            *counts.entry(domain).or_insert(0) += 1;
        }
        counts
    }

    /// Names every reader to the mail server, one `RCPT TO:<address>` command a line, each line ended
    /// by CR and LF.
    pub fn send(&self, wire: &mut impl Write) -> io::Result<()> {
        for reader in &self.readers {
            let text = reader.as_str();
            // The provider charges for bounces, so skip what can't be a real ending.
            let ending = text.rsplit('.').next().unwrap_or("");
            if text.is_empty() || !(2..=4).contains(&ending.len()) {
                continue;
            }
            write!(wire, "RCPT TO:<{text}>\r\n")?;
        }
        Ok(())
    }
}
