//! What a reader sees while the loader publishes, in every order that their steps can have, and with every
//! old value that a load may still return.
//!
//! This crate takes `src/limits.rs` in a second time. There `crate::sync` is the module below: the atomics
//! of loom, a model checker, with a record of what each step did.

#[path = "../src/limits.rs"]
mod limits;

mod sync {
    pub use probes::model::sync::atomic;
}

use limits::{Limits, Published};
use probes::model::cell::Cell;
use probes::model::sync::Arc;
use probes::model::{Example, Model, Source, thread};

const SOURCE: Source = Source::new("src/limits.rs", include_str!("../src/limits.rs"));

const LIMITS: Limits = Limits {
    per_second: 100,
    at_once: 20,
};

#[test]
fn who_sees_the_flag_sees_both_limits() {
    let calls = format!("A publishes {} while B gets", say(Some(LIMITS)));
    let wrong = find(
        &calls,
        Published::new,
        |published| published.publish(LIMITS),
        Published::get,
        |b| b.is_some_and(|limits| limits != LIMITS),
    );
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  B must get:  nothing yet, or {}\n  B gets:      {}\n\n{}",
            say(Some(LIMITS)),
            say(wrong.outcome),
            wrong.steps
        );
    }
}

#[test]
fn what_was_done_before_is_seen_too() {
    let calls = "A fills a table, then publishes; B gets, and if there are limits, reads the table";
    let wrong = find(
        calls,
        // Plain memory, as a `Vec` is: nothing orders the accesses but what `publish` and `get` do.
        || (Cell::named("the table", 0), Published::new()),
        |(table, published)| {
            table.set(7);
            published.publish(LIMITS);
        },
        |(table, published)| published.get().map(|_| table.get()),
        |b| b.is_some_and(|table| table != 7),
    );
    if let Some(wrong) = wrong {
        panic!("{calls}\n  B must find 7 there\n\n{}", wrong.steps);
    }
}

#[test]
fn one_access_of_each_side_is_ordered() {
    let calls = format!("A publishes {} while B gets", say(Some(LIMITS)));
    let seen = find(
        &calls,
        Published::new,
        |published| published.publish(LIMITS),
        Published::get,
        Option::is_some,
    );
    let steps = seen.expect("B comes after A in some orders").steps;
    let [by_a, by_b] = ["A", "B"].map(|thread| ordered(&steps.to_string(), thread));
    assert!(
        by_a <= 1 && by_b <= 1,
        "{calls}\n  ordered accesses and fences: {by_a} of A's, {by_b} of B's. One of each makes the pair that \
         brings the rest along. Which one is it?\n\n{steps}"
    );
}

/// How many steps of a thread are ordered: accesses that are more than `Relaxed`, and fences.
fn ordered(steps: &str, thread: &str) -> usize {
    // A step is shown as `A  writes true to ready, Release  limits.rs:39  a note`.
    let what = |line: &str| line.split("limits.rs:").next().map(str::to_owned);
    let strong = [", Release", ", Acquire", ", AcqRel", ", SeqCst"];
    steps
        .lines()
        .filter(|line| line.split_whitespace().next() == Some(thread))
        .filter_map(what)
        .filter(|what| !what.contains("compiler_fence"))
        .filter(|what| strong.iter().any(|order| what.contains(order)))
        .count()
}

#[test]
fn a_reader_does_not_wait_for_the_loader() {
    let calls = "nobody publishes, and B gets";
    let wrong = find(
        calls,
        Published::new,
        |_| (),
        Published::get,
        Option::is_some,
    );
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  B must get:  nothing yet\n  B gets:      {}\n\n{}",
            say(wrong.outcome),
            wrong.steps
        );
    }
}

fn say(limits: Option<Limits>) -> String {
    limits.map_or_else(
        || "nothing yet".to_owned(),
        |limits| format!("{} a second, {} at once", limits.per_second, limits.at_once),
    )
}

/// Lets loom run A beside B in every order, and returns an example of what B must not come to.
fn find<S: Send + Sync + 'static, T: PartialEq + Clone + Send + 'static>(
    calls: &str,
    share: fn() -> S,
    a: fn(&S),
    b: fn(&S) -> T,
    wrong: fn(&T) -> bool,
) -> Option<Example<T>> {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let others = [
        "std::sync",
        "core::sync",
        "Mutex",
        "RwLock",
        "Once",
        "unsafe",
    ];
    if let Some((place, text)) = SOURCE.first_with(&others) {
        panic!("{place} must share by the atomics of crate::sync alone: {text}");
    }
    // Once with A as the first thread and once with B: loom leaves some orders out (its issue 166).
    [true, false].into_iter().find_map(|a_first| {
        let explored = Model::new()
            .naming(&SOURCE)
            .showing_orderings()
            .explore(move || {
                let shared = Arc::new(share());
                let [here, there] = [Arc::clone(&shared), Arc::clone(&shared)];
                let (for_a, for_b) = (move || a(&here), move || b(&there));
                if a_first {
                    let a = thread::spawn("A", for_a);
                    let b = thread::spawn("B", for_b);
                    a.join();
                    b.join()
                } else {
                    let b = thread::spawn("B", for_b);
                    let a = thread::spawn("A", for_a);
                    a.join();
                    b.join()
                }
            });
        let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
        assert!(
            explored.took_steps(&["B"]),
            "{calls}\n  loom saw no step of B: src/limits.rs must take its atomics from crate::sync, \
             because loom can't look into others"
        );
        explored.find(wrong).cloned()
    })
}
