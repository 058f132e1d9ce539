//! Floats have no total order, so there is no answer to this.

use least_bounds::sorted;

fn main() {
    println!("{:?}", sorted(&[1.5, f64::NAN, 0.5]));
}
