//! What the functions answer. The programs in `compile/` tell for which readings they answer at all.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use least_bounds::{Feed, Series, counts, highest, runs, sorted};

/// What a team wrote around `f64` to please the starter's bounds. Its `Ord` and `Hash` are made up; its
/// `PartialOrd` is that of floats.
#[derive(Debug, Clone, Copy)]
struct Millis(f64);

impl PartialEq for Millis {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Millis {}

#[expect(
    clippy::non_canonical_partial_ord_impl,
    reason = "the two orders differ, which is what the tests are about"
)]
impl PartialOrd for Millis {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0.partial_cmp(&other.0)
    }
}

impl Ord for Millis {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Millis {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// One of the functions, by how many answers it has.
type Call = fn(&[Noted]) -> usize;

/// A reading that counts its copies.
#[derive(Debug)]
struct Noted {
    value: u32,
    copies: Rc<Cell<u32>>,
}

impl Clone for Noted {
    fn clone(&self) -> Self {
        self.copies.set(self.copies.get() + 1);
        Self {
            value: self.value,
            copies: Rc::clone(&self.copies),
        }
    }
}

impl PartialEq for Noted {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Noted {}

impl PartialOrd for Noted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Noted {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl Hash for Noted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

#[test]
fn highest_passes_over_what_does_not_compare() {
    for (readings, expected) in [
        (vec![120.0, f64::NAN, 80.0], Some(120.0)),
        (vec![f64::NAN, 120.0, 80.0], Some(120.0)),
        (vec![80.0, 120.0, f64::NAN], Some(120.0)),
        (vec![f64::NAN, f64::NEG_INFINITY], Some(f64::NEG_INFINITY)),
        (vec![f64::NAN], None),
        (vec![], None),
    ] {
        let millis: Vec<Millis> = readings.iter().copied().map(Millis).collect();
        assert_eq!(
            highest(&millis).map(|millis| millis.0),
            expected,
            "the highest of {readings:?}: NaN is not even comparable with itself, so it is no candidate, \
             wherever it stands"
        );
    }
}

#[test]
fn highest_is_the_last_of_equals() {
    // Equal, and still two: 0.0 and -0.0 are told apart by their sign.
    let readings = [Millis(-1.0), Millis(-0.0), Millis(0.0), Millis(-2.0)];
    let found = highest(&readings).expect("four readings compare");
    assert!(
        found.0.is_sign_positive(),
        "of the equal readings -0.0 and 0.0 the last is 0.0, not {found:?}"
    );
}

#[test]
fn sorted_goes_from_the_lowest_to_the_highest() {
    assert_eq!(
        sorted(&[503, 200, 404, 200]),
        [&200, &200, &404, &503],
        "every reading is there as often as it came"
    );
}

#[test]
fn counts_tell_how_often_each_reading_is_there() {
    assert_eq!(
        counts(&["ok", "slow", "ok", "ok"]),
        HashMap::from([(&"ok", 3), (&"slow", 1)])
    );
}

#[test]
fn runs_tell_equal_neighbours_once() {
    assert_eq!(
        runs(&["up", "up", "down", "up", "up", "up"]),
        [(&"up", 2), (&"down", 1), (&"up", 3)],
        "the same reading after another one is a run of its own"
    );
    // NaN equals nothing, itself included, so each one is a run.
    let lengths: Vec<usize> = runs(&[Millis(f64::NAN), Millis(f64::NAN)])
        .iter()
        .map(|(_, times)| *times)
        .collect();
    assert_eq!(lengths, [1, 1], "readings that are not equal are no run");
}

#[test]
fn only_a_snapshot_copies_readings() {
    let copies = Rc::new(Cell::new(0));
    let mut series = Series::new();
    let feed = Feed::new();
    for value in [7, 7, 9, 8] {
        let copies = Rc::clone(&copies);
        series.push(Noted {
            value,
            copies: Rc::clone(&copies),
        });
        feed.publish(Noted { value, copies });
    }
    let readings = series.readings();
    let calls: [(&str, Call); 4] = [
        ("highest", |readings| highest(readings).into_iter().count()),
        ("sorted", |readings| sorted(readings).len()),
        ("counts", |readings| counts(readings).len()),
        ("runs", |readings| runs(readings).len()),
    ];
    for (name, call) in calls {
        call(readings);
        assert_eq!(
            copies.take(),
            0,
            "`{name}` answers references into four readings, and copied some of them on the way"
        );
    }
    let _other_end = feed.clone();
    assert_eq!(
        copies.take(),
        0,
        "a clone of a feed is one more end of the same series"
    );
    assert_eq!(feed.snapshot().len(), 4);
    assert_eq!(copies.take(), 4, "a snapshot copies each of four readings");
}

#[test]
fn both_ends_of_a_feed_share_one_series() {
    let feed = Feed::new();
    let end = feed.clone();
    feed.publish(1);
    end.publish(2);
    assert_eq!(
        (feed.snapshot(), end.snapshot()),
        (vec![1, 2], vec![1, 2]),
        "what either end publishes, both see"
    );
    assert_eq!(feed.drain(), [1, 2]);
    assert!(
        end.snapshot().is_empty(),
        "what one end took out, the other no longer has"
    );
}
