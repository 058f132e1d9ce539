//! What a ring keeps, where it keeps it, and when it lets go.

use std::collections::VecDeque;

use const_ring::Recent;
use probes::alloc::measure;
use probes::live::{Counted, Tracker};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// A ring of four with this many tokens pushed into it.
fn ring_of_four(tracker: &Tracker, pushed: usize) -> Recent<Counted, 4> {
    let mut ring = Recent::new();
    for _ in 0..pushed {
        ring.push(tracker.token());
    }
    ring
}

#[test]
fn the_last_n_are_kept_in_order() {
    let mut ring = Recent::<_, 3>::new();
    let pushed_out: Vec<Option<&str>> = ["open", "auth", "read", "read2", "stall"]
        .map(|event| ring.push(event))
        .to_vec();
    assert_eq!(
        pushed_out,
        [None, None, None, Some("open"), Some("auth")],
        "three have room; after that each push hands out the oldest"
    );
    assert_eq!(
        ring.iter().copied().collect::<Vec<_>>(),
        ["read", "read2", "stall"]
    );
    assert_eq!(
        ring.iter().rev().copied().collect::<Vec<_>>(),
        ["stall", "read2", "read"],
        "from the back it is the same, the other way round"
    );
}

/// Compares a ring with a deque that is cut to length, step by step.
fn behaves<const N: usize>(steps: u32) {
    let mut ring = Recent::<u32, N>::new();
    let mut model = VecDeque::new();
    let mut seed = 7_u32;
    for step in 0..steps {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Three pushes for each pop, so that rings get full and run round.
        if seed >> 30 == 0 {
            assert_eq!(
                ring.pop_oldest(),
                model.pop_front(),
                "step {step} pops from a ring of {N} that should hold {model:?}"
            );
        } else {
            let expected = if model.len() == N {
                model.pop_front()
            } else {
                None
            };
            model.push_back(step);
            assert_eq!(
                ring.push(step),
                expected,
                "step {step} pushes into a ring of {N} that should hold {model:?} afterwards"
            );
        }
        assert_eq!(
            (
                ring.iter().copied().collect::<VecDeque<_>>(),
                ring.len(),
                ring.is_empty()
            ),
            (model.clone(), model.len(), model.is_empty()),
            "a ring of {N} after step {step}"
        );
    }
}

#[test]
fn a_ring_of_any_size_behaves_like_a_queue() {
    behaves::<1>(60);
    behaves::<2>(120);
    behaves::<5>(300);
    behaves::<8>(300);
}

#[test]
fn newest_answers_as_many_as_it_is_asked_for() {
    let mut ring = Recent::<_, 3>::new();
    ring.push(1);
    ring.push(2);
    assert_eq!(
        ring.newest(),
        [Some(&2), Some(&1), None, None],
        "two are there, and four were asked for"
    );
    ring.push(3);
    ring.push(4);
    assert_eq!(ring.newest(), [Some(&4), Some(&3)]);
    assert_eq!(ring.newest::<0>(), [None::<&i32>; 0]);
}

#[test]
fn what_is_pushed_out_belongs_to_the_caller() {
    let tracker = Tracker::new();
    let mut ring = ring_of_four(&tracker, 4);
    let oldest = ring.push(tracker.token());
    assert_eq!(tracker.alive(), 5, "four in the ring, one handed out");
    drop(oldest);
    assert_eq!(
        tracker.alive(),
        4,
        "the caller dropped what the ring handed out, and the ring kept no second owner"
    );
    drop(ring.pop_oldest());
    assert_eq!(tracker.alive(), 3, "one of four was taken out and dropped");
}

#[test]
fn clear_lets_go_at_once() {
    for pushed in [0, 1, 3, 4, 6] {
        let tracker = Tracker::new();
        let mut ring = ring_of_four(&tracker, pushed);
        ring.clear();
        assert_eq!(
            (tracker.alive(), ring.len()),
            (0, 0),
            "(alive, len) after {pushed} pushes and a clear: values must not wait in their slots until \
             something overwrites them"
        );
        ring.push(tracker.token());
        assert_eq!(
            (tracker.alive(), ring.iter().count()),
            (1, 1),
            "a ring that was cleared after {pushed} pushes takes values again"
        );
    }
}

#[test]
fn a_dropped_ring_drops_what_it_holds() {
    for (pushed, popped) in [(0, 0), (1, 0), (3, 1), (4, 0), (6, 0), (6, 3), (4, 4)] {
        let tracker = Tracker::new();
        let mut ring = ring_of_four(&tracker, pushed);
        for _ in 0..popped {
            ring.pop_oldest();
        }
        drop(ring);
        assert_eq!(
            tracker.alive(),
            0,
            "values that outlived a ring of 4 after {pushed} pushes and {popped} pops"
        );
    }
}

#[test]
fn the_heap_is_measured() {
    let (seen, tally) = measure(|| {
        let mut ring = Recent::<u64, 32>::new();
        let mut seen = 0;
        for event in 0..1_000 {
            seen += ring.push(event).unwrap_or(0);
            seen += ring.newest::<3>().into_iter().flatten().count() as u64;
        }
        seen + ring.iter().sum::<u64>()
    });
    // Reported before the answer is judged: what it cost is known either way.
    probes::figures::report("heap", tally.allocations);
    assert_eq!(
        seen,
        (0..1_000).sum::<u64>() + 2_997,
        "all events that were pushed out or kept, and three newest each time but for the first two"
    );
}
