//! The highest of floats, and of a type of which nobody can copy, hash or print a value.

use least_bounds::highest;

#[derive(PartialEq, PartialOrd)]
struct Celsius(f64);

fn main() {
    let floats = highest(&[1.5, f64::NAN, 2.5]).copied();
    println!("{floats:?}");
    println!("{}", highest(&[Celsius(19.0), Celsius(21.5)]).is_some());
}
