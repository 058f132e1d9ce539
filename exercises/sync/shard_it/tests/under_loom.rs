//! What two threads see of keys in two shards, in every order in which they can get the locks.
//!
//! This crate takes `src/map.rs` in a second time. There `crate::sync` is the module below: the types of loom, a
//! model checker, with a record of what each step did.

#[path = "../src/map.rs"]
mod map;

mod sync {
    pub use probes::model::sync::*;
}

use std::num::NonZeroUsize;
use std::sync::Arc;

use map::Map;
use probes::model::{Example, Model, Source, thread};

const SOURCE: Source = Source::new("src/map.rs", include_str!("../src/map.rs"));

const TWO: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");

#[test]
fn a_snapshot_is_of_one_moment() {
    let calls = "A inserts a key, then a second one of another shard, and B takes a snapshot";
    let wrong = find(
        calls,
        |_, _| (),
        |map, [first, second]| {
            map.insert(first, 'x');
            map.insert(second, 'y');
        },
        |map, [first, second]| {
            let seen = map.snapshot();
            let has = |key| seen.iter().any(|(seen, _)| *seen == key);
            (has(first), has(second))
        },
        |seen, _| *seen == (false, true),
    );
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  at no moment is there the second key without the first, and B's snapshot is so\n\n{}",
            wrong.steps
        );
    }
}

#[test]
fn a_length_is_of_one_moment() {
    let calls = "A removes a key and inserts it again, and so with one of another shard, and B asks for the length";
    let wrong = find(
        calls,
        |map, keys| {
            for key in keys {
                map.insert(key, 'x');
            }
        },
        |map, keys| {
            for key in keys {
                map.remove(key);
                map.insert(key, 'y');
            }
        },
        |map, _| map.len(),
        |len, _| *len == 0 || *len > 2,
    );
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  at every moment there is 1 value or there are 2, and B is told {}\n\n{}",
            wrong.outcome.0, wrong.steps
        );
    }
}

#[test]
fn a_value_that_was_seen_is_counted() {
    let calls = "A inserts a value, and B gets it, then asks for the length";
    let wrong = find(
        calls,
        |_, _| (),
        |map, [key, _]| {
            map.insert(key, 'x');
        },
        |map, [key, _]| (map.get(key), map.is_empty()),
        |seen, _| *seen == (Some('x'), true),
    );
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  B has seen the value, and is told that there is none\n\n{}",
            wrong.steps
        );
    }
}

#[test]
fn two_updates_of_a_key_both_count() {
    fn next(map: &Map<char>, [key, _]: [u64; 2]) -> char {
        map.update(key, |value| {
            let next = if *value == Some('a') { 'b' } else { 'a' };
            *value = Some(next);
            next
        })
    }
    let calls = "A and B update a key: to a, or to b if it is a";
    let wrong = find(
        calls,
        |_, _| (),
        |map, keys| {
            next(map, keys);
        },
        next,
        |_, left| left != Some('b'),
    );
    if let Some(wrong) = wrong {
        let (seen, left) = wrong.outcome;
        panic!(
            "{calls}
  the second update must find the first one's a; B makes it {seen}, and {left:?} is left

{}",
            wrong.steps
        );
    }
}

/// Lets loom run A beside B on a map of two shards, with each of them as the first thread (loom leaves some
/// orders out, its issue 166) and with the first key in either shard. Returns an example of what must not be: what B
/// returns, and the value that the first key has in the end.
fn find<T: PartialEq + Clone + Send + 'static>(
    calls: &str,
    prepare: fn(&Map<char>, [u64; 2]),
    a: fn(&Map<char>, [u64; 2]),
    b: fn(&Map<char>, [u64; 2]) -> T,
    wrong: fn(&T, Option<char>) -> bool,
) -> Option<Example<(T, Option<char>)>> {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = ["std::sync", "core::sync", "std::thread", "try_lock"];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!("{place} must share by the types of crate::sync alone, and wait for locks: {text}");
    }
    [(true, 0), (true, 1), (false, 0), (false, 1)]
        .into_iter()
        .find_map(|(a_first, shard)| {
            let explored = Model::new().naming(&SOURCE).steps_at_most(60).explore(move || {
                let map = Arc::new(Map::new(TWO));
                let first = (0..100).find(|key| map.shard_of(*key) == shard).unwrap_or(0);
                let second = (1..100)
                    .find(|key| map.shard_of(*key) != shard)
                    .filter(|second| *second != first)
                    .unwrap_or(first + 1);
                let keys = [first, second];
                prepare(&map, keys);
                let [here, there] = [Arc::clone(&map), Arc::clone(&map)];
                let (for_a, for_b) = (move || a(&here, keys), move || b(&there, keys));
                let (a, b) = if a_first {
                    let a = thread::spawn("A", for_a);
                    (a, thread::spawn("B", for_b))
                } else {
                    let b = thread::spawn("B", for_b);
                    (thread::spawn("A", for_a), b)
                };
                a.join();
                (b.join(), map.get(first))
            });
            let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
            assert!(
                explored.took_steps(&["A", "B"]),
                "{calls}\n  loom saw no step of A or B: src/map.rs must take its locks from crate::sync"
            );
            explored.find(|(seen, left)| wrong(seen, *left)).cloned()
        })
}
