//! Your client of `into_argument`, against what was merged: it must not build.

use breaking_or_not::into_argument::v2 as api;

#[path = "../clients/into_argument.rs"]
mod client;

fn main() {
    client::run();
}
