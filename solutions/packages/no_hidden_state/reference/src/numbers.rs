//! The numbers of invoices. The tax office wants them without gaps.

use std::sync::atomic::{AtomicU32, Ordering};

/// The numbers of one company.
#[derive(Debug)]
pub(crate) struct Numbers {
    prefix: String,
    // An atomic, because `issue` takes `&self` and is called from many threads. It is as good in a field as it was in
    // a static.
    next: AtomicU32,
}

impl Numbers {
    // What it needs of the settings and not the settings: this signature says that the tax has no part in numbers.
    pub(crate) fn new(prefix: String, first: u32) -> Self {
        Self {
            prefix,
            next: AtomicU32::new(first),
        }
    }

    pub(crate) fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.prefix)
    }
}
