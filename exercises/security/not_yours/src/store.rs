//! Where invoices are.

use std::collections::{BTreeMap, BTreeSet};

/// An invoice.
#[derive(Debug, Clone)]
pub(crate) struct Invoice {
    pub owner: String,
    pub title: String,
    pub cents: u64,
    /// Whom the owner lets read it.
    pub readers: BTreeSet<String>,
}

/// All invoices of all people.
#[derive(Debug, Default)]
pub struct Store {
    invoices: BTreeMap<u64, Invoice>,
    last_id: u64,
}

impl Store {
    pub(crate) fn insert(&mut self, invoice: Invoice) -> u64 {
        self.last_id += 1;
        self.invoices.insert(self.last_id, invoice);
        self.last_id
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Invoice> {
        self.invoices.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Invoice> {
        self.invoices.get_mut(&id)
    }

    pub(crate) fn remove(&mut self, id: u64) {
        self.invoices.remove(&id);
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (u64, &Invoice)> {
        self.invoices.iter().map(|(id, invoice)| (*id, invoice))
    }
}
