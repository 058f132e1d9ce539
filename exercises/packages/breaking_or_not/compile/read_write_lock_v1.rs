//! Your client of `read_write_lock`, against what is published: it has to build.

use breaking_or_not::read_write_lock::v1 as api;

#[path = "../clients/read_write_lock.rs"]
mod client;

fn main() {
    client::run();
}
