//! A small customer: sites, their rules, and what their gateways send.
#![allow(dead_code, reason = "each test file uses its own part")]

use profiling::{Alarm, Pager, PagerError, Rules};

/// Midnight before the first of March 2026.
pub const MARCH: i64 = 1_772_323_200;

/// A pager that is not there.
pub struct Deaf;

impl Pager for Deaf {
    fn call(&self, _: &Alarm) -> Result<(), PagerError> {
        Err(PagerError)
    }
}

/// What the customer's rules are. The first four are for warm places, of which these sites have none; the last one is for everything.
pub fn rules() -> Rules {
    Rules::new([
        ("*-*-*/*-*/*-*/*-door-*", 250),
        ("*-*-*/*-*/*-*/*-gate-*", 250),
        ("*-*-*/*-*/*-*/*-ramp-*", 250),
        ("*-*-*/*-*/*-*/*-deck-*", 180),
        ("*/dock-?/*", 120),
        ("*/hall-*/freezer-*/*", -150),
        ("*/hall-*/cooler-*/*", 80),
        ("*", 300),
    ])
}

/// So many batches of so many lines. Each probe has its turn; nothing is too warm.
pub fn batches(batches: usize, lines: usize) -> Vec<String> {
    let line = |n: usize| {
        let (site, hall, room, probe) = (n % 3, n / 3 % 5, n / 15 % 12, n / 180 % 4);
        let (kind, cold) = [("freezer", -190), ("cooler", 40)][room % 2];
        let at = MARCH + n as i64 / 100;
        let tenths = cold + (n * 7 % 31) as i32;
        format!("lager-nord-{site}/hall-{hall}/{kind}-{room:02}/probe-{probe} {at} {tenths}\n")
    };
    let batch = |b: usize| (b * lines..(b + 1) * lines).map(line).collect();
    (0..batches).map(batch).collect()
}
