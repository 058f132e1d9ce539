//! The runs of readings that can be told apart, and nothing more.

use least_bounds::runs;

#[derive(PartialEq)]
struct Celsius(f64);

fn main() {
    println!("{}", runs(&[Celsius(19.0), Celsius(19.0)]).len());
}
