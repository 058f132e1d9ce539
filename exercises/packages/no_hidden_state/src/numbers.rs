//! The numbers of invoices. The tax office wants them without gaps.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::settings;

static NEXT: LazyLock<AtomicU32> =
    LazyLock::new(|| AtomicU32::new(settings::current().first_number));

pub(crate) fn next() -> String {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{number}", settings::current().prefix)
}
