//! The billing of one company.

use std::sync::{Mutex, PoisonError};

use crate::numbers::Numbers;
use crate::{Outbox, Settings, vat};

/// Issues the invoices of one company.
///
/// Everything that it needs is in here, so two of them have nothing to do with each other, and a dropped one leaves
/// nothing behind.
pub struct Billing {
    vat_percent: u64,
    office: Mutex<Office>,
}

/// What one invoice at a time may use.
struct Office {
    numbers: Numbers,
    outbox: Box<dyn Outbox>,
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
            vat_percent: settings.vat_percent,
            office: Mutex::new(Office {
                numbers: Numbers::new(settings.prefix, settings.first_number),
                outbox: Box::new(outbox),
            }),
        }
    }

    /// Issues the next invoice and sends it.
    pub fn issue(&self, customer: &str, net_cents: u64) -> Invoice {
        let mut office = self.office.lock().unwrap_or_else(PoisonError::into_inner);
        let invoice = Invoice {
            number: office.numbers.next(),
            gross_cents: vat::gross(net_cents, self.vat_percent),
        };
        let letter = format!("{} {customer} {}", invoice.number, invoice.gross_cents);
        office.outbox.send(&letter);
        invoice
    }
}
