//! The crate without features, and the services that may meet it so.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with.rs"));

#[path = "../clients/plain.rs"]
mod client_plain;

fn main() {}
