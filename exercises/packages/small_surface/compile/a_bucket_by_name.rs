//! Names a type that callers have no use for.

use small_surface::Bucket;

fn takes(_: Option<Bucket>) {}

fn main() {
    takes(None);
}
