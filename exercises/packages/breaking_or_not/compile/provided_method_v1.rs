//! Your client of `provided_method`, against what is published: it has to build.

use breaking_or_not::provided_method::v1 as api;

#[path = "../clients/provided_method.rs"]
mod client;

fn main() {
    client::run();
}
