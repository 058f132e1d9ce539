//! Would break as soon as 1.6 has one more option.

use evolve_it::SendOptions;

fn main() {
    println!("{:?}", SendOptions { urgent: true });
}
