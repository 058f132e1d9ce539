//! Where invoices are, and who may see and change which.
//!
//! There is no way to an invoice but in somebody's name, so a handler that forgets to ask who is calling does not
//! compile.

use std::collections::{BTreeMap, BTreeSet};

/// An invoice.
#[derive(Debug, Clone)]
pub(crate) struct Invoice {
    owner: String,
    pub title: String,
    pub cents: u64,
    readers: BTreeSet<String>,
}

impl Invoice {
    /// Lets somebody read it.
    pub(crate) fn share_with(&mut self, reader: &str) {
        self.readers.insert(reader.to_owned());
    }
}

/// All invoices of all people.
#[derive(Debug, Default)]
pub struct Store {
    invoices: BTreeMap<u64, Invoice>,
    last_id: u64,
}

/// The invoices as one person has them.
pub(crate) struct Mine<'s> {
    store: &'s mut Store,
    user: &'s str,
}

/// Why somebody can't have an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// There is none, or none that they may know of. From out here that is the same.
    Missing,
    /// They may read it, so they know that it is there.
    ReadOnly,
}

impl Store {
    pub(crate) fn of<'s>(&'s mut self, user: &'s str) -> Mine<'s> {
        Mine { store: self, user }
    }
}

impl Mine<'_> {
    /// Makes one, which is theirs.
    pub(crate) fn insert(&mut self, title: String, cents: u64) -> u64 {
        self.store.last_id += 1;
        let invoice = Invoice {
            owner: self.user.to_owned(),
            title,
            cents,
            readers: BTreeSet::new(),
        };
        self.store.invoices.insert(self.store.last_id, invoice);
        self.store.last_id
    }

    /// One that they may read.
    pub(crate) fn read(&self, id: u64) -> Result<&Invoice, Denied> {
        let found = self.store.invoices.get(&id);
        found
            .filter(|invoice| self.may_read(invoice))
            .ok_or(Denied::Missing)
    }

    /// One to copy from.
    pub(crate) fn template(&self, id: u64) -> Result<&Invoice, Denied> {
        self.store.invoices.get(&id).ok_or(Denied::Missing)
    }

    /// One that they may change.
    pub(crate) fn change(&mut self, id: u64) -> Result<&mut Invoice, Denied> {
        self.owned(id)?;
        self.store.invoices.get_mut(&id).ok_or(Denied::Missing)
    }

    pub(crate) fn remove(&mut self, id: u64) -> Result<(), Denied> {
        self.owned(id)?;
        self.store.invoices.remove(&id);
        Ok(())
    }

    /// All that they may read.
    pub(crate) fn readable(&self) -> impl Iterator<Item = (u64, &Invoice)> {
        let all = self.store.invoices.iter();
        all.filter(|(_, invoice)| self.may_read(invoice))
            .map(|(id, invoice)| (*id, invoice))
    }

    /// All that are theirs.
    pub(crate) fn owned_ones(&self) -> impl Iterator<Item = &Invoice> {
        let all = self.store.invoices.values();
        all.filter(|invoice| invoice.owner == self.user)
    }

    fn may_read(&self, invoice: &Invoice) -> bool {
        invoice.owner == self.user || invoice.readers.contains(self.user)
    }

    fn owned(&self, id: u64) -> Result<(), Denied> {
        // What they can't read is missing; only then it makes a difference whose it is.
        if self.read(id)?.owner == self.user {
            Ok(())
        } else {
            Err(Denied::ReadOnly)
        }
    }
}
