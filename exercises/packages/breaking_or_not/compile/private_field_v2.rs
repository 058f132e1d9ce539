//! Your client of `private_field`, against what was merged: it must not build.

use breaking_or_not::private_field::v2 as api;

#[path = "../clients/private_field.rs"]
mod client;

fn main() {
    client::run();
}
