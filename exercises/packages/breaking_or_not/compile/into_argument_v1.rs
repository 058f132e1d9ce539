//! Your client of `into_argument`, against what is published: it has to build.

use breaking_or_not::into_argument::v1 as api;

#[path = "../clients/into_argument.rs"]
mod client;

fn main() {
    client::run();
}
