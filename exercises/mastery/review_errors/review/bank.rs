//! Transfers by the bank's gateway.

use std::time::Duration;

use tracing::warn;

use crate::ports::{BankError, Gateway, Order, Receipt, Token};

/// How long to wait after each failure but the last.
const WAITS: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];

/// The bank, in a session for each transfer.
pub struct Bank {
    pub gateway: Box<dyn Gateway>,
    pub sleep: fn(Duration),
}

/// Logs off when it goes, whichever way the transfer ended.
struct Session<'b> {
    gateway: &'b dyn Gateway,
    token: Token,
}

impl Bank {
    /// Makes a transfer, and is patient with the gateway.
    pub fn transfer(&self, order: &Order) -> Result<Receipt, BankError> {
        let session = Session {
            gateway: &*self.gateway,
            token: self.gateway.log_on()?,
        };
        for wait in WAITS {
            match session.gateway.transfer(&session.token, order) {
                Ok(receipt) => return Ok(receipt),
                Err(error) => warn!(%error, ?wait, "the transfer failed, trying again"),
            }
            (self.sleep)(wait);
        }
        session.gateway.transfer(&session.token, order)
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        let ended = self.gateway.log_off(&self.token);
        ended.expect("the session is open until now");
    }
}
