//! A snapshot copies the readings, and does nothing else with them.

use least_bounds::Feed;

#[derive(Clone)]
struct Celsius(f64);

fn main() {
    let feed = Feed::new();
    feed.publish(Celsius(21.5));
    println!("{}", feed.snapshot()[0].0);
}
