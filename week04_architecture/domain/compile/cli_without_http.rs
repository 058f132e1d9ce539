//! The core and the command line in a crate in which there are neither HTTP nor stores nor a library.

#![allow(dead_code, unused_extern_crates)]

extern crate self as axum;
extern crate self as rusqlite;
extern crate self as serde;
extern crate self as serde_json;
extern crate self as tokio;

#[path = "../src/cli/mod.rs"]
mod cli;
#[path = "../src/desk.rs"]
mod desk;
#[path = "../src/domain/mod.rs"]
mod domain;
#[path = "../src/ports.rs"]
mod ports;

fn main() {}
