//! Where invoices go.

use std::sync::{Mutex, PoisonError};

static OUTBOX: Mutex<Option<Box<dyn Outbox>>> = Mutex::new(None);

/// Sends letters.
pub trait Outbox: Send {
    /// Sends one.
    fn send(&mut self, letter: &str);
}

pub(crate) fn init(outbox: impl Outbox + 'static) {
    *OUTBOX.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(outbox));
}

pub(crate) fn send(letter: &str) {
    let mut outbox = OUTBOX.lock().unwrap_or_else(PoisonError::into_inner);
    outbox.as_mut().expect("`init` comes first").send(letter);
}
