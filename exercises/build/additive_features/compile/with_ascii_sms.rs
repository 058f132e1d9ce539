//! The crate with `ascii` and `sms`, and the services that may meet it so.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with_ascii_sms.rs"));

#[path = "../clients/ascii.rs"]
mod client_ascii;
#[path = "../clients/plain.rs"]
mod client_plain;
#[path = "../clients/sms.rs"]
mod client_sms;

fn main() {}
