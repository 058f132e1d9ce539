//! What customers pay each month. A script goes in, and what is to be printed comes out.

mod date;
mod invoice;
mod money;
mod plan;
mod script;

use std::collections::BTreeMap;
use std::time::SystemTime;

pub use date::Date;
pub use money::{Money, NoSense, Percent, Seats};
pub use script::{World, run_in};

/// Carries out a script today, by the machine's clock, with the first invoice of all as number 1. The only place that
/// asks the machine for anything.
pub fn run(script: &str) -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let days = since.map_or(0, |since| since.as_secs() / 86_400 + 1);
    let today = Date::after_epoch(days);
    let mut numbers = 0..;
    let world = World {
        today: today.expect("the machine's clock is in the years that the calendar has"),
        taxes: BTreeMap::new(),
        next_number: &mut || {
            numbers
                .next()
                .expect("nobody writes four thousand million invoices")
        },
    };
    run_in(script, world)
}
