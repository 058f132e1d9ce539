//! The crate with `ascii` and `email`, and the services that may meet it so.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with_ascii_email.rs"));

#[path = "../clients/ascii.rs"]
mod client_ascii;
#[path = "../clients/email.rs"]
mod client_email;
#[path = "../clients/plain.rs"]
mod client_plain;

fn main() {}
