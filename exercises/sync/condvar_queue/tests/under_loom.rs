//! What two and three threads see, in every order in which they can get the lock and the bells.
//!
//! This crate takes `src/queue.rs` in a second time. There `crate::sync` is the module below: the types of
//! loom, a model checker, with a record of what each step did.

#[path = "../src/queue.rs"]
mod queue;

mod sync {
    pub use probes::model::sync::*;
}

use std::sync::Arc;

use probes::model::{Explored, Model, Source, thread};
use queue::{Closed, Queue};

const SOURCE: Source = Source::new("src/queue.rs", include_str!("../src/queue.rs"));

#[test]
fn one_of_each_hand_over_within_the_bound() {
    let calls =
        "A pushes 1 and 2 into a queue for one item while B looks at the length and pops, twice";
    let explored = explore(calls, || {
        let queue = Arc::new(Queue::new(1));
        let [to_a, to_b] = [Arc::clone(&queue), Arc::clone(&queue)];
        let a = thread::spawn("A", move || [to_a.push(1), to_a.push(2)]);
        let b = thread::spawn("B", move || [0; 2].map(|_| (to_b.len(), to_b.pop())));
        (a.join(), b.join(), queue.is_empty())
    });
    let wrong = explored.find(|(pushed, popped, empty)| {
        !empty
            || *pushed != [Ok(()); 2]
            || popped.map(|(_, item)| item) != [Some(1), Some(2)]
            || popped.iter().any(|(len, _)| *len > 1)
    });
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  both pushes must succeed, B get 1 and 2, and no length be above 1\n  pushes: {:?}, \
             lengths and items: {:?}\n\n{}",
            wrong.outcome.0, wrong.outcome.1, wrong.steps
        );
    }
}

#[test]
fn each_of_two_consumers_gets_an_item() {
    two_consumers("a queue for two items", 2);
}

#[test]
fn a_producer_that_waits_is_woken_by_the_place_it_waits_for() {
    two_consumers("a queue for one item", 1);
}

/// P pushes 1 and 2 while C and D pop once each.
fn two_consumers(what: &str, capacity: usize) {
    let calls = format!("P pushes 1 and 2 into {what} while C and D pop once each");
    let explored = explore(&calls, move || {
        let queue = Arc::new(Queue::new(capacity));
        let [c, d] = ["C", "D"].map(|name| {
            let queue = Arc::clone(&queue);
            thread::spawn(name, move || queue.pop())
        });
        let p = thread::spawn("P", move || [queue.push(1), queue.push(2)]);
        (p.join(), c.join(), d.join())
    });
    let wrong = explored.find(|&(pushed, c, d)| {
        let mut got = [c, d];
        got.sort_unstable();
        pushed != [Ok(()); 2] || got != [Some(1), Some(2)]
    });
    if let Some(wrong) = wrong {
        let (_, c, d) = wrong.outcome;
        panic!(
            "{calls}\n  one of them must get 1 and the other 2; the queue is not closed\n  C gets {}, D gets \
             {}\n\n{}",
            say(c),
            say(d),
            wrong.steps
        );
    }
}

#[test]
fn close_wakes_everybody() {
    let calls = "C and D pop from an empty queue while P closes it";
    let explored = explore(calls, || {
        let queue = Arc::new(Queue::<u32>::new(1));
        let [c, d] = ["C", "D"].map(|name| {
            let queue = Arc::clone(&queue);
            thread::spawn(name, move || queue.pop())
        });
        let p = thread::spawn("P", move || queue.close());
        p.join();
        (c.join(), d.join())
    });
    if let Some(wrong) = explored.find(|got| *got != (None, None)) {
        panic!("{calls}\n  nobody has pushed anything\n\n{}", wrong.steps);
    }

    let calls =
        "P pushes 1 and 2 into a queue for one item while C closes it and pops until it is empty";
    let explored = explore(calls, || {
        let queue = Arc::new(Queue::new(1));
        let [to_p, to_c] = [Arc::clone(&queue), queue];
        let p = thread::spawn("P", move || [to_p.push(1), to_p.push(2)]);
        let c = thread::spawn("C", move || {
            to_c.close();
            [to_c.pop(), to_c.pop()]
        });
        (p.join(), c.join())
    });
    let wrong = explored.find(|&outcome| {
        outcome != ([Err(Closed(1)), Err(Closed(2))], [None, None])
            && outcome != ([Ok(()), Err(Closed(2))], [Some(1), None])
    });
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  what was pushed must be popped, and what was not comes back\n  pushes: {:?}, pops: \
             {:?}\n\n{}",
            wrong.outcome.0, wrong.outcome.1, wrong.steps
        );
    }
}

fn say(item: Option<u32>) -> String {
    item.map_or_else(|| "nothing".to_owned(), |item| item.to_string())
}

fn explore<T: PartialEq + Send + 'static>(
    calls: &str,
    model: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = [
        "std::sync",
        "core::sync",
        "std::thread",
        "try_lock",
        "timeout",
    ];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!("{place} must wait by the types of crate::sync alone: {text}");
    }
    let explored = Model::new()
        .naming(&SOURCE)
        .steps_at_most(100)
        .preemptions_at_most(2)
        .explore(model);
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    assert!(
        explored.took_steps(&["P", "C"]) || explored.took_steps(&["A", "B"]),
        "{calls}\n  loom saw no step of the threads: src/queue.rs must take its types from crate::sync"
    );
    explored
}
