//! Series and feeds are printed wherever their readings can be.

use least_bounds::{Feed, Series};

#[derive(Debug)]
struct Packet;

fn main() {
    let mut series = Series::new();
    series.push(Packet);
    let feed = Feed::new();
    feed.publish(Packet);
    println!("{series:?} {feed:?}");
}
