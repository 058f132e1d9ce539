//! The same promises with other threads on each side.

#[path = "../src/queue.rs"]
mod queue;

mod sync {
    pub use probes::model::sync::*;
}

use std::sync::Arc;

use probes::model::{Model, thread};
use queue::{Closed, Queue};

fn model() -> Model {
    Model::new().steps_at_most(100).preemptions_at_most(2)
}

#[test]
fn two_producers_and_one_consumer_end() {
    model().check(
        "P and Q push 1 and 2 into a queue for one item, C pops twice",
        || {
            let queue = Arc::new(Queue::new(1));
            let [p, q] = [("P", 1), ("Q", 2)].map(|(name, item)| {
                let queue = Arc::clone(&queue);
                thread::spawn(name, move || queue.push(item))
            });
            let c = thread::spawn("C", move || [queue.pop(), queue.pop()]);
            assert_eq!((p.join(), q.join()), (Ok(()), Ok(())), "the queue is open");
            let mut got = c.join();
            got.sort_unstable();
            assert_eq!(got, [Some(1), Some(2)], "one from each");
        },
    );
}

#[test]
fn close_wakes_producers_and_gives_their_items_back() {
    model().check("the queue is full, P and Q push, and C closes it", || {
        let queue = Arc::new(Queue::new(1));
        queue.push(0).expect("there is a place");
        let [p, q] = [("P", 1), ("Q", 2)].map(|(name, item)| {
            let queue = Arc::clone(&queue);
            thread::spawn(name, move || queue.push(item))
        });
        let to_c = Arc::clone(&queue);
        let c = thread::spawn("C", move || to_c.close());
        assert_eq!(
            (p.join(), q.join()),
            (Err(Closed(1)), Err(Closed(2))),
            "nobody makes room, so nobody gets in"
        );
        c.join();
        assert!(!queue.is_empty(), "what was in the queue stays");
        assert_eq!((queue.pop(), queue.pop()), (Some(0), None));
    });
}

#[test]
fn three_items_through_one_place_keep_their_order() {
    let explored = model().explore(|| {
        let queue = Arc::new(Queue::new(1));
        let to_p = Arc::clone(&queue);
        let p = thread::spawn("P", move || {
            for item in ["x", "y", "z"] {
                assert_eq!(to_p.push(item), Ok(()), "open until the end");
            }
            to_p.close();
        });
        let c = thread::spawn("C", move || {
            [(); 4].map(|()| (queue.len() < 2, queue.pop()))
        });
        p.join();
        c.join()
    });
    let explored = explored.unwrap_or_else(|failure| panic!("{failure}"));
    let in_order = [Some("x"), Some("y"), Some("z"), None].map(|item| (true, item));
    for example in explored.examples() {
        assert_eq!(example.outcome, in_order, "\n{}", example.steps);
    }
}
