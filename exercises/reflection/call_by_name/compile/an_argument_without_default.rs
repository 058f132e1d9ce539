//! Addresses and numbers that are never zero have no default, and are arguments all the same.

use std::net::IpAddr;
use std::num::NonZeroU32;

use call_by_name::{AnyError, Registry};

fn main() {
    let mut registry = Registry::new();
    registry.register("ban", |address: IpAddr, days: NonZeroU32| {
        Ok::<_, AnyError>(format!("{address} {days}"))
    });
    println!("{:?}", registry.call("ban", &["::1", "3"]));
}
