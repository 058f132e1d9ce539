//! Two threads share a feed of readings that can't be copied.

use std::thread;

use least_bounds::Feed;

struct Packet;

fn main() {
    let feed = Feed::new();
    let end = feed.clone();
    let sender = thread::spawn(move || end.publish(Packet));
    sender.join().expect("publishing does not panic");
    println!("{}", feed.drain().len());
}
