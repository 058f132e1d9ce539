//! What the two ends see of each other, in every order that their steps can have, and with every old value that a
//! load may still return.
//!
//! This crate takes `src/ring.rs` in a second time. There `crate::sync` is the module below: the types of loom, a
//! model checker, with a record of what each step did.

#[path = "../src/ring.rs"]
mod ring;

mod sync {
    pub use probes::model::cell;
    pub use probes::model::sync::{Arc, atomic};
}

use std::num::NonZeroUsize;

use probes::model::{Model, Source, Steps, thread};
use ring::ring;

const SOURCE: Source = Source::new("src/ring.rs", include_str!("../src/ring.rs"));

#[test]
fn items_arrive_whole_and_in_order() {
    beside(
        "A pushes 1 and 2 into a ring for two items while B pops twice",
        2,
        2,
        2,
    );
}

#[test]
fn a_place_is_used_again_after_its_item_is_out() {
    beside(
        "A pushes 1, 2 and 3 into a ring for one item while B pops twice",
        1,
        3,
        2,
    );
}

#[test]
fn the_other_count_is_read_only_when_needed() {
    check_source();
    let calls = "A pushes 4 items into a ring for 4, then B pops 4";
    let explored = model().explore(|| {
        let (mut put, mut take) = ring(NonZeroUsize::new(4).expect("not 0"));
        // The ends come back, so that neither thread drops the ring, which may read as much as it likes.
        let a = thread::spawn("A", move || {
            ((0..4).all(|item| put.push(item).is_ok()), put)
        });
        let (pushed, _put) = a.join();
        let b = thread::spawn("B", move || {
            ((0..4).all(|item| take.pop() == Some(item)), take)
        });
        let (popped, _take) = b.join();
        (pushed, popped)
    });
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    let example = explored.find(|_| true).expect("there is one");
    assert_eq!(
        example.outcome,
        (true, true),
        "{calls}\n\n{}",
        example.steps
    );
    for (who, why) in [
        ("A", "the ring was empty, so there was a place each time"),
        ("B", "all items were there"),
    ] {
        let reads = reads(&example.steps, who);
        assert!(
            reads <= 5,
            "{calls}\n  {who} has made {reads} reads of counts: one of its own for each item would be 4, and one of the \
             other's is enough, since {why}\n\n{}",
            example.steps
        );
    }
}

/// How often a thread has read an atomic.
fn reads(steps: &Steps, who: &str) -> usize {
    let text = steps.to_string();
    let reads = text.lines().filter(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some(who) && words.next() == Some("reads") && line.contains(" from ")
    });
    reads.count()
}

fn model() -> Model {
    Model::new()
        .naming(&SOURCE)
        .showing_orderings()
        .steps_at_most(80)
}

fn check_source() {
    let words = [
        "std::sync",
        "core::sync",
        "Mutex",
        "RwLock",
        "std::cell",
        "core::cell",
        "std::thread",
    ];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!(
            "{place} must share by the types of crate::sync alone, which loom can look into: {text}"
        );
    }
}

/// Lets loom run both ends beside each other, with each as the first thread: loom leaves some orders out (its issue
/// 166).
fn beside(calls: &str, capacity: usize, pushes: u32, pops: usize) {
    check_source();
    for a_first in [true, false] {
        let explored = model().explore(move || {
            let (mut put, mut take) = ring(NonZeroUsize::new(capacity).expect("not 0"));
            let for_a = move || {
                let items = 1..=pushes;
                let refused: Vec<u32> = items.filter_map(|item| put.push(item).err()).collect();
                (refused, put)
            };
            let for_b = move || {
                let got: Vec<u32> = (0..pops).filter_map(|_| take.pop()).collect();
                (got, take)
            };
            let ((refused, put), (mut got, mut take)) = if a_first {
                let a = thread::spawn("A", for_a);
                let b = thread::spawn("B", for_b);
                (a.join(), b.join())
            } else {
                let b = thread::spawn("B", for_b);
                let a = thread::spawn("A", for_a);
                (a.join(), b.join())
            };
            // What is still in there.
            while let Some(item) = take.pop() {
                got.push(item);
            }
            drop((put, take));
            (refused, got)
        });
        let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
        assert!(
            explored.took_steps(&["A", "B"]),
            "{calls}\n  loom saw no step of A or B"
        );
        let wrong = explored.find(|(refused, got)| {
            let accepted: Vec<u32> = (1..=pushes)
                .filter(|item| !refused.contains(item))
                .collect();
            *got != accepted || accepted.len() < capacity.min(pushes as usize)
        });
        if let Some(wrong) = wrong {
            let (refused, got) = &wrong.outcome;
            panic!(
                "{calls}\n  what was not refused must come out, once and in order, and a ring with a place must not \
                 refuse\n  refused: {refused:?}, came out: {got:?}\n\n{}",
                wrong.steps
            );
        }
    }
}
