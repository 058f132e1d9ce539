//! A service that opens a spool. It builds against both releases; write one that does not build against
//! v2.

use std::path::PathBuf;

use crate::api::spool;

pub fn run() {
    let folder = PathBuf::from("/var/spool/jobs");
    println!("{:?}", spool(folder));
}
