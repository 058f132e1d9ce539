//! The first caller, which has lived with the signatures as they were.

use accept_wide_return_concrete::{in_zone, longest_name};

fn main() {
    let hosts = vec![String::from("web-1.eu"), String::from("db-1.us")];
    let zone = String::from("eu");
    let found: Vec<&String> = in_zone(&hosts, &zone).collect();
    println!("{found:?} {}", longest_name(&hosts));
}
