//! Written against 1.4: handlers of its own, several of them in a list.

use evolve_it::{Delivery, Handler, Queue};

struct Printer;

impl Handler for Printer {
    fn handle(&mut self, delivery: Delivery) -> bool {
        println!("{}", delivery.topic);
        true
    }
}

fn main() {
    let mut handlers: Vec<Box<dyn Handler>> = vec![Box::new(Printer)];
    let mut queue = Queue::new(1);
    for handler in &mut handlers {
        println!("{}", queue.run(handler.as_mut()));
    }
}
