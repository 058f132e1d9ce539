//! Counts of readings that have a hash and no order.

use least_bounds::counts;

#[derive(PartialEq, Eq, Hash)]
struct Status(u16);

fn main() {
    println!("{}", counts(&[Status(200), Status(503)]).len());
}
