//! A payout from the request to the receipt.

use tracing::warn;

use crate::bank::Bank;
use crate::ports::{Audit, Directory, Ledger, Mail, Order, PayoutError, Receipt};

/// Makes payouts.
pub struct Payouts {
    pub directory: Box<dyn Directory>,
    pub audit: Box<dyn Audit>,
    pub ledger: Box<dyn Ledger>,
    pub bank: Bank,
    pub mail: Box<dyn Mail>,
}

impl Payouts {
    /// Pays a merchant, and mails the receipt.
    ///
    /// # Errors
    ///
    /// The amount is still on the balance if an error says for certain that no money moved.
    pub fn pay(&self, merchant: &str, cents: u64) -> Result<Receipt, PayoutError> {
        let account = self
            .directory
            .account_of(merchant)
            .map_err(|_| PayoutError::Unavailable {
                what: "the directory",
                cause: None,
            })?
            .ok_or_else(|| PayoutError::UnknownMerchant(merchant.to_owned()))?;
        let order = Order {
            merchant: merchant.to_owned(),
            account,
            cents,
        };
        if let Err(cause) = self.audit.append(&order) {
            warn!(merchant, %cause, "the order is not in the audit log");
        }
        self.ledger.book(merchant, cents)?;
        let receipt = self.bank.transfer(&order)?;
        // The transfer is made, whatever becomes of the mail. The nightly run sends what is missing.
        let _ = self.mail.receipt(merchant, &receipt);
        Ok(receipt)
    }
}
