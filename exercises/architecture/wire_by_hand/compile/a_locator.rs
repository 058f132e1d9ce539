//! Reaches for the list of everything.

use wire_by_hand::Locator;

fn takes(_: Option<Locator>) {}

fn main() {
    takes(None);
}
