//! Pairs of neighbours, from both ends, without a step too many.

use std::cell::Cell;
use std::iter::{self, FusedIterator};

use probes::alloc::measure;
use probes::live::Tracker;
use windowed::PairsExt;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// The pair itself, so that a test sees which two met, and in which order.
fn both(item: &u32, successor: &u32) -> (u32, u32) {
    (*item, *successor)
}

#[test]
fn each_item_meets_its_successor() {
    let readings = [10, 15, 15, 42];
    let changes: Vec<i32> = readings
        .into_iter()
        .pairs_by(|before, after| after - before)
        .collect();
    assert_eq!(changes, [5, 0, 27]);
    for few in 0..2 {
        assert_eq!(
            (0..few).pairs_by(both).next(),
            None,
            "{few} items have no neighbours"
        );
    }
}

#[test]
fn nothing_is_taken_before_it_is_needed() {
    let taken = Cell::new(0);
    let readings = (0_u32..)
        .inspect(|_| taken.set(taken.get() + 1))
        .take_while(|reading| {
            assert!(
                *reading < 100,
                "the source has no end, and somebody wants all of it"
            );
            true
        });
    let mut pairs = readings.pairs_by(both);
    assert_eq!(
        taken.get(),
        0,
        "items that were taken before the first result was wanted"
    );
    assert_eq!(pairs.next(), Some((0, 1)));
    assert_eq!(taken.get(), 2, "items that were taken for the first result");
    assert_eq!(pairs.next(), Some((1, 2)));
    assert_eq!(taken.get(), 3, "items that were taken for two results");
}

#[test]
fn from_both_ends_each_pair_comes_once() {
    // Each way to take six results, as six bits: from the front or from the back. Sources of 0 to 7 items.
    for items in 0_u32..8 {
        for way in 0_u32..64 {
            let expected: Vec<(u32, u32)> = (1..items).map(|item| (item - 1, item)).collect();
            let mut model = expected.iter().copied();
            let mut pairs = (0..items).pairs_by(both);
            for step in 0..7 {
                let from_the_back = way >> step & 1 == 1;
                let (found, wanted) = if from_the_back {
                    (pairs.next_back(), model.next_back())
                } else {
                    (pairs.next(), model.next())
                };
                assert_eq!(
                    found, wanted,
                    "result {step} of {items} items, from the back: {from_the_back}; the ways before, from the last \
                     bit on: {way:06b}"
                );
            }
        }
    }
    let backwards: Vec<(u32, u32)> = (0..4).pairs_by(both).rev().collect();
    assert_eq!(
        backwards,
        [(2, 3), (1, 2), (0, 1)],
        "from the back the pairs come in reverse, and in each pair the earlier item is first"
    );
}

#[test]
fn the_length_is_known_at_every_step() {
    for items in 0_u32..6 {
        for way in 0_u32..32 {
            let mut pairs = (0..items).collect::<Vec<_>>().into_iter().pairs_by(both);
            for step in 0..6 {
                let left = (items as usize).saturating_sub(1 + step);
                assert_eq!(
                    (pairs.len(), pairs.size_hint()),
                    (left, (left, Some(left))),
                    "(len, size_hint) of the pairs of {items} items after {step} of them"
                );
                if way >> step & 1 == 1 {
                    pairs.next_back();
                } else {
                    pairs.next();
                }
            }
        }
    }
}

#[test]
fn a_hint_is_never_wrong() {
    // Between none and ten items pass a filter, and an endless source has no upper bound.
    for divisor in 1..12 {
        let mut pairs = (1..=10_u32).filter(|n| n % divisor == 0).pairs_by(both);
        let mut left = (10 / divisor as usize).saturating_sub(1);
        loop {
            let (least, most) = pairs.size_hint();
            assert!(
                least <= left && most.is_some_and(|most| (left..=9).contains(&most)),
                "{left} pairs are left of those of every {divisor}th, and the hint is {least} to {most:?}"
            );
            if pairs.next().is_none() {
                break;
            }
            left -= 1;
        }
    }
}

#[test]
fn an_end_is_final() {
    fn is_fused(_: &impl FusedIterator) {}

    // A source that ends now and then.
    let mut calls = 0;
    let source = iter::from_fn(|| {
        calls += 1;
        (calls % 4 != 0).then_some(calls)
    });
    let mut pairs = source.pairs_by(both);
    is_fused(&pairs);
    let results: Vec<Option<(u32, u32)>> = (0..6).map(|_| pairs.next()).collect();
    assert_eq!(
        results,
        [Some((1, 2)), Some((2, 3)), None, None, None, None],
        "the source ended after 3 and then had more to say; what says that it is fused must not listen"
    );
}

#[test]
fn two_items_at_a_time_are_enough() {
    let tracker = Tracker::new();
    let tokens = iter::repeat_with(|| tracker.token()).take(50);
    let pairs = tokens.pairs_by(|_, _| ()).count();
    assert_eq!(pairs, 49);
    assert_eq!(
        (tracker.most(), tracker.made()),
        (2, 50),
        "(items alive at one moment, items made) for 49 pairs: an item and its successor, and no copies"
    );

    let (sum, tally) = measure(|| (0..1_000_u32).pairs_by(|a, b| b - a).sum::<u32>());
    assert_eq!(
        (sum, tally.allocations),
        (999, 0),
        "(sum, allocations) over 999 pairs"
    );
}
