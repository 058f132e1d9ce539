//! Goes round the façade, by the path of a module.

use small_surface::rate::Rate;

fn takes(_: Option<Rate>) {}

fn main() {
    takes(None);
}
