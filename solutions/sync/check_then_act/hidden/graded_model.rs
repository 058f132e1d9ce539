//! The same promises at other names and with other calls.

#[path = "../src/registry.rs"]
mod registry;

mod sync {
    pub use probes::model::sync::*;
}

use probes::model::sync::Arc;
use probes::model::{Model, thread};
use registry::Registry;

/// Runs both threads on a registry, with each of them as the first, and judges what they return and the
/// snapshot after.
#[track_caller]
fn beside<A: Send + 'static, B: Send + 'static>(
    title: &str,
    prepare: fn(&Registry),
    one: fn(&Registry) -> A,
    other: fn(&Registry) -> B,
    judge: fn(A, B, &[(String, u64)]),
) {
    for one_first in [true, false] {
        Model::new().check(title, move || {
            let registry = Arc::new(Registry::new());
            prepare(&registry);
            let [here, there] = [Arc::clone(&registry), Arc::clone(&registry)];
            let (for_one, for_other) = (move || one(&here), move || other(&there));
            let (a, b) = if one_first {
                let one = thread::spawn("one", for_one);
                let other = thread::spawn("other", for_other);
                (one.join(), other.join())
            } else {
                let other = thread::spawn("other", for_other);
                let one = thread::spawn("one", for_one);
                (one.join(), other.join())
            };
            judge(a, b, &registry.snapshot());
        });
    }
}

fn has(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    let owned = pairs.iter().map(|(name, n)| ((*name).to_owned(), *n));
    owned.collect()
}

#[test]
fn different_names_at_once_both_stay() {
    beside(
        "first calls for `read` and for `written` at once",
        |_| (),
        |registry| registry.counter("written").add(40),
        |registry| registry.register("read").map(|counter| counter.add(5)),
        |(), read, snapshot| {
            assert_eq!(read, Ok(()), "nobody else has asked for `read`");
            assert_eq!(snapshot, has(&[("read", 5), ("written", 40)]));
        },
    );
}

#[test]
fn a_counter_that_is_there_is_found_by_both() {
    beside(
        "two calls for `hits`, which has counted 100",
        |registry| registry.counter("hits").add(100),
        |registry| registry.counter("hits").add(20),
        |registry| {
            (
                registry.register("hits").is_err(),
                registry.counter("hits").add(3),
            )
                .0
        },
        |(), refused, snapshot| {
            assert!(refused, "`hits` exists, so nobody can register it");
            assert_eq!(snapshot, has(&[("hits", 123)]));
        },
    );
}

#[test]
fn a_refused_owner_may_count_on_the_shared_one() {
    fn own_or_shared(registry: &Registry) -> bool {
        let own = registry.register("bytes");
        let owner = own.is_ok();
        own.unwrap_or_else(|_| registry.counter("bytes")).add(512);
        owner
    }
    beside(
        "two threads register `bytes`, and who is refused shares",
        |_| (),
        own_or_shared,
        own_or_shared,
        |one, other, snapshot| {
            assert!(one != other, "exactly one owner: {one} and {other}");
            assert_eq!(snapshot, has(&[("bytes", 1024)]));
        },
    );
}

#[test]
fn a_snapshot_beside_a_first_call_has_all_or_nothing() {
    beside(
        "a snapshot, then a count of 8, beside a count of 4",
        |_| (),
        |registry| registry.counter("jobs").add(4),
        |registry| {
            let seen = registry.snapshot();
            registry.counter("jobs").add(8);
            seen
        },
        |(), seen, snapshot| {
            let possible = [has(&[]), has(&[("jobs", 0)]), has(&[("jobs", 4)])];
            assert!(
                possible.contains(&seen),
                "seen while 4 are counted: {seen:?}"
            );
            assert_eq!(snapshot, has(&[("jobs", 12)]));
        },
    );
}
