//! What a cart costs.

use crate::flags::{Flag, Flags};

/// All flags of the till.
pub const FLAGS: [Flag; 1] = [Flag {
    name: "free_from_50",
    percent: 10,
    owner: "growth",
    expires: 780,
}];

/// What a user pays for a cart of net prices, in cents: VAT of 19 % and shipping are added.
///
/// VAT is rounded down for each line. Shipping is 4.90, and nothing from
/// 50.00 net on (`free_from_50`; it was nothing for nobody before).
#[must_use]
pub fn total(flags: &Flags, user: &str, lines: &[u64]) -> u64 {
    let net: u64 = lines.iter().sum();
    let vat: u64 = lines.iter().map(|line| line * 19 / 100).sum();
    let shipping = if flags.is_on("free_from_50", user) && net >= 5_000 {
        0
    } else {
        490
    };
    net + vat + shipping
}
