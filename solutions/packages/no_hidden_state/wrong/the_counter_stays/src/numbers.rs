//! The numbers of invoices. The tax office wants them without gaps.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: OnceLock<AtomicU32> = OnceLock::new();

/// The numbers of one company.
#[derive(Debug)]
pub(crate) struct Numbers {
    prefix: String,
}

impl Numbers {
    pub(crate) fn new(prefix: String, first: u32) -> Self {
        NEXT.get_or_init(|| AtomicU32::new(first));
        Self { prefix }
    }

    pub(crate) fn next(&self) -> String {
        let next = NEXT.get_or_init(|| AtomicU32::new(1));
        format!("{}-{}", self.prefix, next.fetch_add(1, Ordering::Relaxed))
    }
}
