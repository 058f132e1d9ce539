//! Domain, ports and use cases in a crate in which there is nothing else: each library's name leads back here.

#![allow(dead_code, unused_extern_crates)]

extern crate self as axum;
extern crate self as rusqlite;
extern crate self as serde;
extern crate self as serde_json;
extern crate self as tokio;

#[path = "../src/desk.rs"]
mod desk;
#[path = "../src/domain/mod.rs"]
mod domain;
#[path = "../src/ports.rs"]
mod ports;

fn main() {}
