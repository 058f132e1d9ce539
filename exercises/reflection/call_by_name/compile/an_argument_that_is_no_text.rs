//! A command takes what can't be made from a text: that is said here, and not at the first call.

use call_by_name::{AnyError, Registry};

fn main() {
    let mut registry = Registry::new();
    registry.register("ban", |addresses: Vec<u8>| {
        Ok::<_, AnyError>(addresses.len())
    });
    println!("{:?}", registry.call("ban", &["::1"]));
}
