//! Your client of `private_field`, against what is published: it has to build.

use breaking_or_not::private_field::v1 as api;

#[path = "../clients/private_field.rs"]
mod client;

fn main() {
    client::run();
}
