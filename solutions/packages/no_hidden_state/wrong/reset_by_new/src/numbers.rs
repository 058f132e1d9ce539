//! The numbers of invoices. The tax office wants them without gaps.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::settings;

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) fn init(first: u32) {
    NEXT.store(first, Ordering::Relaxed);
}

pub(crate) fn next() -> String {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{number}", settings::current().prefix)
}
