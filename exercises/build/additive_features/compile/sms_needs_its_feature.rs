//! A service that forgot to ask for `sms`.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with.rs"));

#[path = "../clients/sms.rs"]
mod client_sms;

fn main() {}
