//! Calls a helper that was written for this crate.

use small_surface::normalize;

fn main() {
    println!("{}", normalize(" Ada "));
}
