//! A service that forgot to ask for `ascii`.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with.rs"));

#[path = "../clients/ascii.rs"]
mod client_ascii;

fn main() {}
