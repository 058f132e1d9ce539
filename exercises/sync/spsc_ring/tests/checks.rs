//! What one thread sees, and what is left when the ends are gone.

use std::num::NonZeroUsize;

use probes::live::Tracker;
use spsc_ring::ring;

fn places(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).expect("not 0")
}

#[test]
fn one_thread_gets_its_items_in_order() {
    for capacity in 1..=3 {
        let (mut put, mut take) = ring(places(capacity));
        assert_eq!(take.pop(), None, "nothing was put");
        let mut next = 0;
        for round in 0..20 {
            let first = next;
            while put.push(next).is_ok() {
                next += 1;
                assert!(
                    next - first <= capacity,
                    "a full ring takes nothing: {} items in a ring for {capacity}, in round {round}",
                    next - first
                );
            }
            assert_eq!(
                next - first,
                capacity,
                "so many fit into an empty ring, in round {round}"
            );
            assert_eq!(
                put.push(99),
                Err(99),
                "a full ring takes nothing, and gives the item back"
            );
            for item in first..next {
                assert_eq!(
                    take.pop(),
                    Some(item),
                    "first in, first out, in round {round}"
                );
            }
            assert_eq!(take.pop(), None, "all are out, in round {round}");
        }
    }
}

#[test]
fn what_is_left_in_the_ring_is_dropped() {
    for producer_first in [true, false] {
        let tracker = Tracker::new();
        let (mut put, mut take) = ring(places(4));
        // Twice around, so that the rest lies across the end of the slots.
        for _ in 0..6 {
            assert!(put.push(tracker.token()).is_ok(), "there is a place");
            drop(take.pop().expect("there is an item"));
        }
        for _ in 0..3 {
            assert!(put.push(tracker.token()).is_ok(), "there is a place");
        }
        assert_eq!(tracker.alive(), 3, "three items are in the ring");
        if producer_first {
            drop(put);
            assert!(take.pop().is_some(), "what was put can still be taken");
            drop(take);
        } else {
            drop(take);
            drop(put);
        }
        assert_eq!(
            tracker.alive(),
            0,
            "both ends are gone, and so many items that were left in the ring are still alive"
        );
    }
}
