//! The same promises for memory that items refer to, and for a rest.

#[path = "../src/ring.rs"]
mod ring;

mod sync {
    pub use probes::model::cell;
    pub use probes::model::sync::{Arc, atomic};
}

use std::num::NonZeroUsize;

use probes::model::cell::Cell;
use probes::model::sync::Arc;
use probes::model::{Model, thread};
use ring::ring;

#[test]
fn what_was_done_before_a_push_is_seen_after_the_pop() {
    for a_first in [true, false] {
        Model::new().steps_at_most(60).check(
            "A writes to a table, then pushes; B pops, then reads it",
            move || {
                let (mut put, mut take) = ring(NonZeroUsize::new(2).expect("not 0"));
                let table = Arc::new(Cell::named("the table", 0));
                let written = Arc::clone(&table);
                let for_a = move || {
                    written.set(8);
                    put.push('x').is_ok()
                };
                let for_b = move || take.pop().map(|_| table.get());
                let (pushed, seen) = if a_first {
                    let a = thread::spawn("A", for_a);
                    let b = thread::spawn("B", for_b);
                    (a.join(), b.join())
                } else {
                    let b = thread::spawn("B", for_b);
                    let a = thread::spawn("A", for_a);
                    (a.join(), b.join())
                };
                assert!(
                    pushed && seen.is_none_or(|seen| seen == 8),
                    "{pushed} {seen:?}"
                );
            },
        );
    }
}

#[test]
fn the_rest_is_dropped_by_whichever_end_goes_last() {
    Model::new().steps_at_most(80).check(
        "A pushes and drops its end while B drops its own",
        || {
            let (mut put, take) = ring(NonZeroUsize::new(2).expect("not 0"));
            let token = std::sync::Arc::new(());
            let kept = std::sync::Arc::clone(&token);
            let a = thread::spawn("A", move || {
                let pushed = put.push(kept);
                assert!(pushed.is_ok(), "there is a place");
                drop(put);
            });
            let b = thread::spawn("B", move || drop(take));
            a.join();
            b.join();
            assert_eq!(
                std::sync::Arc::strong_count(&token),
                1,
                "the item in the ring is gone"
            );
        },
    );
}
