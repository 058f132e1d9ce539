//! The same promises at other values.

use std::cmp::Ordering;

use least_bounds::{Feed, Series, highest, runs, sorted};

/// A version vector: ordered where one side has seen all that the other has, and not otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Seen(u32, u32);

#[expect(
    clippy::non_canonical_partial_ord_impl,
    reason = "the total order is there to please bounds that are too many"
)]
impl PartialOrd for Seen {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.0.cmp(&other.0), self.1.cmp(&other.1)) {
            (left, right) if left == right => Some(left),
            (Ordering::Equal, one) | (one, Ordering::Equal) => Some(one),
            _ => None,
        }
    }
}

impl Ord for Seen {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.1, self.0).cmp(&(other.1, other.0)).reverse()
    }
}

#[test]
fn nothing_is_greater_than_the_highest() {
    let all: Vec<Seen> = (0..3)
        .flat_map(|a| (0..3).map(move |b| Seen(a, b)))
        .collect();
    for first in 0..all.len() {
        let readings = [&all[first..], &all[..first]].concat();
        for end in 1..=readings.len() {
            let readings = &readings[..end];
            let best = highest(readings).expect("every reading compares with itself");
            let above: Vec<&Seen> = readings.iter().filter(|&other| other > best).collect();
            assert!(
                above.is_empty(),
                "{above:?} are greater than {best:?}, the highest of {readings:?}"
            );
        }
    }
}

#[test]
fn of_nothing_there_is_nothing() {
    let none: [u8; 0] = [];
    assert_eq!(highest(&none), None);
    assert!(sorted(&none).is_empty() && runs(&none).is_empty());
    assert!(Series::<u8>::default().readings().is_empty());
    assert!(Feed::<u8>::default().drain().is_empty());
}
