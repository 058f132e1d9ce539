//! Value added tax.

use std::sync::LazyLock;

use crate::settings;

static PERCENT: LazyLock<u64> = LazyLock::new(|| settings::current().vat_percent);

/// What is to be paid, tax included, rounded down to whole cents.
pub(crate) fn gross(net_cents: u64) -> u64 {
    net_cents + net_cents * *PERCENT / 100
}
