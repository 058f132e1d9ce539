//! Goes round the façade, by the path of a module.

use small_surface::limiter::Limiter;

fn takes(_: Option<Limiter>) {}

fn main() {
    takes(None);
}
