//! The core and HTTP in a crate in which there are no stores: one side of the core knows nothing of the other.

#![allow(dead_code, unused_extern_crates)]

extern crate self as rusqlite;

#[path = "../src/desk.rs"]
mod desk;
#[path = "../src/domain/mod.rs"]
mod domain;
#[path = "../src/http/mod.rs"]
mod http;
#[path = "../src/ports.rs"]
mod ports;

fn main() {}
