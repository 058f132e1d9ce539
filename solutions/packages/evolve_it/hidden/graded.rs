//! What is new in 1.5, at run time.

#![allow(deprecated)]

use evolve_it::{Delivery, Handler, MAX_BODY, Queue, SendFailure, SendOptions};

/// A handler of the time before `failed`.
#[derive(Default)]
struct Old(Vec<String>);

impl Handler for Old {
    fn handle(&mut self, delivery: Delivery) -> bool {
        self.0.push(delivery.topic);
        false
    }
}

fn urgent() -> SendOptions {
    let mut options = SendOptions::default();
    options.urgent = true;
    options
}

fn about(topic: &str) -> Delivery {
    Delivery::new(topic, b"")
}

#[test]
fn urgent_deliveries_are_handled_first() {
    let mut queue = Queue::new(5);
    queue.push(about("a")).expect("room");
    queue
        .send(about("b"), SendOptions::default())
        .expect("room");
    queue.send(about("c"), urgent()).expect("room");
    queue.push(about("d")).expect("room");
    queue.send(about("e"), urgent()).expect("room");
    let mut old = Old::default();
    assert_eq!(
        queue.run(&mut old),
        0,
        "this handler fails each time, and need not say more"
    );
    assert_eq!(old.0, ["c", "e", "a", "b", "d"]);
}

#[test]
fn send_tells_all_three_failures() {
    let mut queue = Queue::new(1);
    let large = Delivery::new("l", &[0; MAX_BODY + 1]);
    let fits = Delivery::new("f", &[0; MAX_BODY]);
    assert_eq!(
        queue.send(large.clone(), urgent()),
        Err(SendFailure::TooLarge(large))
    );
    assert_eq!(queue.send(fits, urgent()), Ok(()));
    assert_eq!(
        queue.send(about("a"), urgent()),
        Err(SendFailure::Full(about("a")))
    );
    queue.close();
    assert_eq!(
        queue.send(about("a"), urgent()),
        Err(SendFailure::Closed(about("a")))
    );
}
