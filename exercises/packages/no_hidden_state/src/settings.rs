//! What differs from company to company.

use std::sync::{Mutex, PoisonError};

static CURRENT: Mutex<Option<Settings>> = Mutex::new(None);

/// What differs from company to company.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What each number begins with.
    pub prefix: String,
    /// The number of the first invoice.
    pub first_number: u32,
    /// The value added tax.
    pub vat_percent: u64,
}

pub(crate) fn init(settings: Settings) {
    *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings);
}

pub(crate) fn current() -> Settings {
    let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    current.clone().expect("`init` comes first")
}
