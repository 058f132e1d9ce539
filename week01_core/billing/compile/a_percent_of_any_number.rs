//! Goes around the check.

use billing::Percent;

fn main() {
    let percent = Percent(10_100);
    println!("{percent}");
}
