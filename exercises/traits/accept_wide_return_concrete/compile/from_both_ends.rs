//! Callers that rely on what their own iterator can do.

use std::thread;

use accept_wide_return_concrete::in_zone;

fn main() {
    let hosts = vec![String::from("web-1.eu"), String::from("web-2.eu")];
    let last = in_zone(&hosts, "eu").next_back();
    let backwards: Vec<&String> = in_zone(&hosts, "eu").rev().collect();
    println!("{last:?} {backwards:?}");

    let search = in_zone(&hosts, "eu");
    thread::scope(|scope| {
        scope.spawn(move || println!("{}", search.count()));
    });
}
