//! What readers and writers see of each other, in every order in which they can get the lock.
//!
//! This crate takes `src/routes.rs` and `src/table.rs` in a second time. There `crate::sync` is the module
//! below: the types of loom, a model checker, with a record of what each step did.

#[path = "../src/routes.rs"]
mod routes;
#[path = "../src/table.rs"]
mod table;

pub mod sync {
    pub use probes::model::sync::*;
    // To share is not what is modelled here, and counting it would multiply the orders.
    pub use std::sync::Arc;
}

use std::sync::Arc;

use probes::model::{Example, Model, Source, thread};
use routes::Routes;
use table::Table;

const SOURCE: Source = Source::new("src/routes.rs", include_str!("../src/routes.rs"));

/// A table in which each of two hosts has a backend that is named after the version.
fn table(version: u64) -> Table {
    let backend = version.to_string();
    Table::new(version, &[("a", &backend), ("b", &backend)])
}

#[test]
fn the_version_never_goes_back() {
    let calls = "A applies version 5 and B version 6, and version 4 is in force";
    let wrong = find(
        calls,
        |routes| u64::from(routes.apply(table(5))),
        |routes| u64::from(routes.apply(table(6))),
        |(a, b, version)| (*b, *version) != (1, 6) || *a > 1,
    );
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  version 6 must be in force then, whoever is first\n  version {} is in force\n\n{}",
            wrong.outcome.2, wrong.steps
        );
    }
}

#[test]
fn a_version_that_was_seen_is_in_force() {
    let calls = "A applies version 5, and version 4 is in force; B asks for the version and then for a backend";
    let wrong = find(
        calls,
        |routes| u64::from(routes.apply(table(5))),
        |routes| {
            let version = routes.version();
            let backend = routes.backend("a").expect("the host is in every table");
            // Both digits in one number.
            version * 10 + backend.parse::<u64>().expect("a digit")
        },
        |(_, seen, _)| ![44, 45, 55].contains(seen),
    );
    if let Some(wrong) = wrong {
        let seen = wrong.outcome.1;
        panic!(
            "{calls}\n  B saw version {}, and then a backend of version {}\n\n{}",
            seen / 10,
            seen % 10,
            wrong.steps
        );
    }
}

#[test]
fn a_writer_does_not_wait_for_a_visitor() {
    check_source();
    let calls = "main visits version 4, and goes on when W has applied version 5";
    let explored = model().explore(|| {
        let routes = Arc::new(Routes::new(table(4)));
        let to_w = Arc::clone(&routes);
        let seen = routes.visit(|table4| {
            let w = thread::spawn("W", move || to_w.apply(table(5)));
            (w.join(), table4.version)
        });
        (seen, routes.version())
    });
    let explored = explored.unwrap_or_else(|failure| {
        panic!("{calls}\n  W must not wait for main's visit to end, which lasts as long as it likes: {failure}")
    });
    if let Some(wrong) = explored.find(|outcome| *outcome != ((true, 4), 5)) {
        panic!(
            "{calls}\n  the visitor must go on seeing version 4, and everybody else see version 5: {:?}\n\n{}",
            wrong.outcome, wrong.steps
        );
    }
}

#[test]
fn a_visitor_may_call_every_method() {
    check_source();
    let calls = "main visits, and calls the other methods from inside";
    let explored = model().explore(|| {
        let routes = Routes::new(table(4));
        routes.visit(|_| {
            (
                routes.version(),
                routes.visit(|inner| inner.version),
                routes.apply(table(5)),
                routes.backend("b"),
            )
        })
    });
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    let expected = (4, 4, true, Some("5".to_owned()));
    if let Some(wrong) = explored.find(|outcome| *outcome != expected) {
        panic!("{calls}\n  {:?}\n\n{}", wrong.outcome, wrong.steps);
    }
}

fn model() -> Model {
    Model::new().naming(&SOURCE).steps_at_most(60)
}

fn check_source() {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = [
        "std::sync",
        "core::sync",
        "std::thread",
        "try_read",
        "try_write",
        "try_lock",
    ];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!("{place} must share by the types of crate::sync alone, and wait for locks: {text}");
    }
}

/// Lets loom run A beside B while version 4 is in force, each as the first thread: loom leaves some orders out
/// (its issue 166). Returns an example of what must not be: what A and B return, and the version in the end.
fn find(
    calls: &str,
    a: fn(&Routes) -> u64,
    b: fn(&Routes) -> u64,
    wrong: impl Fn(&(u64, u64, u64)) -> bool,
) -> Option<Example<(u64, u64, u64)>> {
    check_source();
    [true, false].into_iter().find_map(|a_first| {
        let explored = model().explore(move || {
            let routes = Arc::new(Routes::new(table(4)));
            let [here, there] = [Arc::clone(&routes), Arc::clone(&routes)];
            let (for_a, for_b) = (move || a(&here), move || b(&there));
            let (a, b) = if a_first {
                let a = thread::spawn("A", for_a);
                let b = thread::spawn("B", for_b);
                (a.join(), b.join())
            } else {
                let b = thread::spawn("B", for_b);
                let a = thread::spawn("A", for_a);
                (a.join(), b.join())
            };
            (a, b, routes.version())
        });
        let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
        assert!(
            explored.took_steps(&["A", "B"]),
            "{calls}\n  loom saw no step of A or B: src/routes.rs must take its types from crate::sync"
        );
        explored.find(&wrong).cloned()
    })
}
