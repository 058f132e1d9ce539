//! Value added tax.

/// What is to be paid, tax included, rounded down to whole cents.
pub(crate) fn gross(net_cents: u64, percent: u64) -> u64 {
    net_cents + net_cents * percent / 100
}
