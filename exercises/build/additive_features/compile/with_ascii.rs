//! The crate with `ascii`, and the services that may meet it so.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with_ascii.rs"));

#[path = "../clients/ascii.rs"]
mod client_ascii;
#[path = "../clients/plain.rs"]
mod client_plain;

fn main() {}
