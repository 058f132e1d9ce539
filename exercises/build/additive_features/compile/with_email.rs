//! The crate with `email`, and the services that may meet it so.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with_email.rs"));

#[path = "../clients/email.rs"]
mod client_email;
#[path = "../clients/plain.rs"]
mod client_plain;

fn main() {}
