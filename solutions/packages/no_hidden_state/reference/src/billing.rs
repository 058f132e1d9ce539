//! The billing of one company.

use std::sync::{Mutex, PoisonError};

use crate::numbers::Numbers;
use crate::{Outbox, Settings, vat};

/// Issues the invoices of one company.
///
/// Everything that it needs is in here, so two of them have nothing to do with each other, and a dropped one leaves
/// nothing behind.
pub struct Billing {
    numbers: Numbers,
    vat_percent: u64,
    outbox: Mutex<Box<dyn Outbox>>,
}

/// An invoice that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its number.
    pub number: String,
    /// What is to be paid, tax included.
    pub gross_cents: u64,
}

impl Billing {
    /// Billing with these settings, which sends through this outbox.
    pub fn new(settings: Settings, outbox: impl Outbox + 'static) -> Self {
        Self {
            numbers: Numbers::new(settings.prefix, settings.first_number),
            vat_percent: settings.vat_percent,
            outbox: Mutex::new(Box::new(outbox)),
        }
    }

    /// Issues the next invoice and sends it.
    pub fn issue(&self, customer: &str, net_cents: u64) -> Invoice {
        let invoice = Invoice {
            number: self.numbers.next(),
            gross_cents: vat::gross(net_cents, self.vat_percent),
        };
        let letter = format!("{} {customer} {}", invoice.number, invoice.gross_cents);
        // An outbox that panicked in one letter may well send the next one; that is for the outbox to know.
        let mut outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
        outbox.send(&letter);
        invoice
    }
}
