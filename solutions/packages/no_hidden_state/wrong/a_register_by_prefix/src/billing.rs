//! The billing of one company.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::numbers::Numbers;
use crate::{Outbox, Settings, vat};

static COMPANIES: LazyLock<Mutex<HashMap<String, Arc<Company>>>> = LazyLock::new(Mutex::default);

/// Issues the invoices of one company.
pub struct Billing {
    company: Arc<Company>,
}

struct Company {
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
        let mut companies = COMPANIES.lock().unwrap_or_else(PoisonError::into_inner);
        let company = companies.entry(settings.prefix.clone()).or_insert_with(|| {
            Arc::new(Company {
                numbers: Numbers::new(settings.prefix, settings.first_number),
                vat_percent: settings.vat_percent,
                outbox: Mutex::new(Box::new(outbox)),
            })
        });
        Self {
            company: Arc::clone(company),
        }
    }

    /// Issues the next invoice and sends it.
    pub fn issue(&self, customer: &str, net_cents: u64) -> Invoice {
        let invoice = Invoice {
            number: self.company.numbers.next(),
            gross_cents: vat::gross(net_cents, self.company.vat_percent),
        };
        let letter = format!("{} {customer} {}", invoice.number, invoice.gross_cents);
        // An outbox that panicked in one letter may well send the next one; that is for the outbox to know.
        let mut outbox = self
            .company
            .outbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        outbox.send(&letter);
        invoice
    }
}
