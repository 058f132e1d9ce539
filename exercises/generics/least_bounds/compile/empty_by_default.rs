//! A type that derives `Default` holds a series and a feed of readings that have no default.

use least_bounds::{Feed, Series};

struct Packet;

#[derive(Default)]
struct Panel {
    recent: Series<Packet>,
    live: Feed<Packet>,
}

fn main() {
    let mut panel = Panel::default();
    panel.recent.push(Packet);
    panel.live.publish(Packet);
}
