//! Goes round the façade, by the path of a module.

use small_surface::clock::SystemClock;

fn takes(_: Option<SystemClock>) {}

fn main() {
    takes(None);
}
