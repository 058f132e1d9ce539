//! Your client of `provided_method`, against what was merged: it must not build.

use breaking_or_not::provided_method::v2 as api;

#[path = "../clients/provided_method.rs"]
mod client;

fn main() {
    client::run();
}
