//! A service that collects the parts of a path.

use crate::api::spool;

pub fn run() {
    println!("{:?}", spool(["/var", "spool", "jobs"].iter().collect()));
}
