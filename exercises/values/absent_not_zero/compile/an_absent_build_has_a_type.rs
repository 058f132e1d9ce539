//! Another team's alert, which has to decide for itself what an unknown build means to it.

use std::num::NonZeroU64;

use absent_not_zero::{Instance, oldest, read};

fn alert(instance: &Instance) -> bool {
    let lag: Option<i64> = instance.behind(845);
    lag.is_none_or(|lag| lag > 20)
}

fn main() {
    let fleet = read("web-1 842\nweb-2 ?\n");
    let first: Option<NonZeroU64> = fleet[0].build();
    let least: Option<NonZeroU64> = oldest(&fleet);
    println!("{first:?} {least:?} {}", fleet.iter().any(alert));
}
