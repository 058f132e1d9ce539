//! Your client of `read_write_lock`, against what was merged: it must not build.

use breaking_or_not::read_write_lock::v2 as api;

#[path = "../clients/read_write_lock.rs"]
mod client;

fn main() {
    client::run();
}
