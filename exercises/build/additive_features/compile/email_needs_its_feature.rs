//! A service that forgot to ask for `email`.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with.rs"));

#[path = "../clients/email.rs"]
mod client_email;

fn main() {}
