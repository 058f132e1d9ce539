//! The list of readers, and what is done with it.
//!
//! Nothing here looks into an address. Whether a text is one was decided where it came in, and two
//! spellings of one address are one value by then.

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
        self.readers.insert(reader)
    }

    /// Whether this is a reader; the page with their settings asks.
    pub fn has(&self, reader: &EmailAddress) -> bool {
        self.readers.contains(reader)
    }

    /// Takes a reader off the list, and tells whether they were on it.
    pub fn unsubscribe(&mut self, reader: &EmailAddress) -> bool {
        self.readers.remove(reader)
    }

    /// How many readers each domain has, for the monthly report.
    pub fn readers_per_domain(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for reader in &self.readers {
            *counts.entry(reader.domain()).or_insert(0) += 1;
        }
        counts
    }

    /// Names every reader to the mail server, one `RCPT TO:<address>` command a line, each line ended
    /// by CR and LF.
    ///
    /// An address holds neither line breaks nor angle brackets, so it can't end the command early and
    /// start one of its own.
    ///
    /// # Errors
    ///
    /// What `wire` answers. No address is left out or refused here.
    pub fn send(&self, wire: &mut impl Write) -> io::Result<()> {
        for reader in &self.readers {
            write!(wire, "RCPT TO:<{reader}>\r\n")?;
        }
        Ok(())
    }
}
