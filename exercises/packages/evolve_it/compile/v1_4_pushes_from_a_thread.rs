//! Written against 1.4: moves the queue to a thread, and hands on what `push` says.

use std::thread;

use evolve_it::{Delivery, Queue, SendError};

fn order(queue: &mut Queue) -> Result<(), SendError> {
    queue.push(Delivery::new("orders", b"4711"))
}

fn main() {
    let mut queue = Queue::new(1);
    let pushed = thread::spawn(move || order(&mut queue));
    println!("{:?}", pushed.join().expect("pushing does not panic"));
}
