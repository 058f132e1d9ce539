//! The same promises at other values, for more readers, and along a chain of threads.

#[path = "../src/limits.rs"]
mod limits;

mod sync {
    pub use probes::model::sync::atomic;
}

use std::sync::Arc as Shared;

use limits::{Limits, Published};
use probes::model::cell::Cell;
use probes::model::sync::Arc;
use probes::model::sync::atomic::{AtomicBool, Ordering};
use probes::model::{Model, thread};

#[test]
fn limits_of_zero_and_of_the_largest_numbers_are_never_mixed() {
    for (per_second, at_once) in [(0, 9), (9, 0), (0, 0), (u64::MAX, 1)] {
        let limits = Limits {
            per_second,
            at_once,
        };
        let title = format!("A publishes {limits:?} while B gets");
        Model::new().showing_orderings().check(&title, move || {
            let published = Arc::new(Published::new());
            let [here, there] = [Arc::clone(&published), Arc::clone(&published)];
            let b = thread::spawn("B", move || there.get());
            let a = thread::spawn("A", move || here.publish(limits));
            a.join();
            let seen = b.join();
            assert!(
                seen.is_none_or(|seen| seen == limits),
                "B gets {seen:?} of {limits:?}"
            );
            assert_eq!(published.get(), Some(limits), "A has published and ended");
        });
    }
}

#[test]
fn no_answer_costs_more_than_one_ordered_access() {
    let limits = Limits {
        per_second: 0,
        at_once: u64::MAX,
    };
    let explored = Model::new().showing_orderings().explore(move || {
        let published = Arc::new(Published::new());
        let [here, there] = [Arc::clone(&published), Arc::clone(&published)];
        let b = thread::spawn("B", move || there.get());
        let a = thread::spawn("A", move || here.publish(limits));
        a.join();
        b.join()
    });
    let explored = explored.expect("no panic, no deadlock");
    for example in explored.examples() {
        let steps = example.steps.to_string();
        for thread in ["A", "B"] {
            let ordered = steps
                .lines()
                .filter(|line| line.split_whitespace().next() == Some(thread))
                .filter_map(|line| line.split("limits.rs:").next())
                .filter(|what| !what.contains("compiler_fence"))
                .filter(|what| {
                    [", Release", ", Acquire", ", AcqRel", ", SeqCst"]
                        .iter()
                        .any(|order| what.contains(order))
                })
                .count();
            assert!(
                ordered <= 1,
                "{thread} orders {ordered} steps where B gets {:?}; one is enough\n\n{steps}",
                example.outcome
            );
        }
    }
}

#[test]
fn what_was_there_once_stays() {
    let limits = Limits {
        per_second: 3,
        at_once: 4,
    };
    let title = "A publishes while B gets twice";
    Model::new().showing_orderings().check(title, move || {
        let published = Arc::new(Published::new());
        let [here, there] = [Arc::clone(&published), Arc::clone(&published)];
        let a = thread::spawn("A", move || here.publish(limits));
        let b = thread::spawn("B", move || [there.get(), there.get()]);
        a.join();
        let seen = b.join();
        assert!(
            [[None, None], [None, Some(limits)], [Some(limits); 2]].contains(&seen),
            "B gets {seen:?}"
        );
    });
}

/// With three threads the orders are many. Here an `Arc` of std keeps the counting of owners out of them.
#[test]
fn two_readers_see_what_was_done_before() {
    let limits = Limits {
        per_second: 1,
        at_once: 2,
    };
    let title = "A fills a table and publishes while B and main get and look";
    Model::new().showing_orderings().check(title, move || {
        let shared = Shared::new((Cell::named("the table", 0), Published::new()));
        let [here, there] = [Shared::clone(&shared), Shared::clone(&shared)];
        let a = thread::spawn("A", move || {
            here.0.set(5);
            here.1.publish(limits);
        });
        let b = thread::spawn("B", move || there.1.get().map(|got| (got, there.0.get())));
        let seen = shared.1.get().map(|got| (got, shared.0.get()));
        a.join();
        for seen in [seen, b.join()] {
            assert!(
                seen.is_none_or(|seen| seen == (limits, 5)),
                "a reader sees {seen:?}"
            );
        }
    });
}

#[test]
fn who_is_told_by_a_reader_sees_it_too() {
    let limits = Limits {
        per_second: 8,
        at_once: 6,
    };
    let title = "A publishes, B gets and tells main, main gets";
    Model::new().showing_orderings().check(title, move || {
        let shared = Shared::new((AtomicBool::new(false), Published::new()));
        let [here, there] = [Shared::clone(&shared), Shared::clone(&shared)];
        let a = thread::spawn("A", move || here.1.publish(limits));
        let b = thread::spawn("B", move || {
            if there.1.get().is_some() {
                there.0.store(true, Ordering::Release);
            }
        });
        let told = shared.0.load(Ordering::Acquire);
        let seen = told.then(|| shared.1.get());
        a.join();
        b.join();
        assert!(
            seen.is_none_or(|seen| seen == Some(limits)),
            "B has told main that the limits are there, and main gets {seen:?}"
        );
    });
}
