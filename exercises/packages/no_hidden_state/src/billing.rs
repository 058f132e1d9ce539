//! The billing of one company.

use crate::{Outbox, Settings, numbers, outbox, settings, vat};

/// Issues the invoices of one company.
pub struct Billing {
    _initialised: (),
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
        settings::init(settings);
        outbox::init(outbox);
        Self { _initialised: () }
    }

    /// Issues the next invoice and sends it.
    pub fn issue(&self, customer: &str, net_cents: u64) -> Invoice {
        let invoice = Invoice {
            number: numbers::next(),
            gross_cents: vat::gross(net_cents),
        };
        outbox::send(&format!(
            "{} {customer} {}",
            invoice.number, invoice.gross_cents
        ));
        invoice
    }
}
