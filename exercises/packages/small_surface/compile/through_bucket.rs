//! Goes round the façade, by the path of a module.

use small_surface::bucket::Bucket;

fn takes(_: Option<Bucket>) {}

fn main() {
    takes(None);
}
