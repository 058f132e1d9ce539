//! A reading that implements nothing is kept, looked at and taken out again.

use least_bounds::{Feed, Series};

struct Packet([u8; 4]);

fn main() {
    let mut series = Series::new();
    series.push(Packet([10, 0, 0, 1]));
    println!("{}", series.readings()[0].0[0]);

    let feed = Feed::new();
    feed.publish(Packet([10, 0, 0, 2]));
    println!("{}", feed.drain().len());
}
