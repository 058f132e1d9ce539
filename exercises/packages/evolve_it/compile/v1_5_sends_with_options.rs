//! Written against 1.5: all that is new.

use evolve_it::{Delivery, Handler, MAX_BODY, Queue, SendFailure, SendOptions};

struct Counter {
    failures: usize,
}

impl Handler for Counter {
    fn handle(&mut self, _: Delivery) -> bool {
        false
    }

    fn failed(&mut self, topic: &str) {
        println!("{topic}");
        self.failures += 1;
    }
}

fn main() {
    let mut queue = Queue::new(1);
    let mut options = SendOptions::default();
    options.urgent = true;
    match queue.send(Delivery::new("orders", b""), options) {
        Ok(()) => println!("sent"),
        Err(SendFailure::Full(back) | SendFailure::Closed(back)) => println!("{}", back.topic),
        Err(SendFailure::TooLarge(_)) => println!("more than {MAX_BODY} bytes"),
        Err(other) => println!("{other}"),
    }
    let mut counter = Counter { failures: 0 };
    println!("{} {}", queue.run(&mut counter), counter.failures);
}
