//! What two threads see that need the value at once, in every order that their steps can have.
//!
//! This crate takes `src/blocking.rs` in a second time. There `crate::sync` is the module below: the types of
//! loom, a model checker, with a record of what each step did.

#[path = "../src/blocking.rs"]
mod blocking;
#[path = "../src/error.rs"]
mod error;

mod sync {
    pub use probes::model::sync::*;
    // To share is not what is modelled here, and counting it would multiply the orders.
    pub use std::sync::Arc;
}

use std::sync::Arc;

use blocking::Once;
use error::LoadError;
use probes::model::sync::atomic::{AtomicU32, Ordering};
use probes::model::{Example, Model, Source, thread};

const SOURCE: Source = Source::new("src/blocking.rs", include_str!("../src/blocking.rs"));

#[test]
fn two_first_callers_load_once() {
    let calls = "A and B need the value, and each would load its own name";
    let wrong = find(calls, [("A", Ok('A')), ("B", Ok('B'))], |outcome| {
        let Outcome { a, b, loads } = outcome;
        a != b || a.is_err() || *loads != 1
    });
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  both must get the same, from one load; there were {} loads, A gets {}, B gets {}\n\n{}",
            wrong.outcome.loads,
            say(&wrong.outcome.a),
            say(&wrong.outcome.b),
            wrong.steps
        );
    }
}

#[test]
fn a_failure_is_told_to_its_caller_alone() {
    let calls = "A and B need the value; A's load would fail, and B's would return B";
    let wrong = find(calls, [("A", Err(())), ("B", Ok('B'))], |outcome| {
        let Outcome { a, b, loads } = outcome;
        let failed = (a.is_err(), *loads) == (true, 2);
        let spared = (a.as_deref(), *loads) == (Ok(&'B'), 1);
        b.as_deref() != Ok(&'B') || !(failed || spared)
    });
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  if A is first, A fails and B must load; if B is first, A gets B's\n  there were {} loads, \
             A gets {}, B gets {}\n\n{}",
            wrong.outcome.loads,
            say(&wrong.outcome.a),
            say(&wrong.outcome.b),
            wrong.steps
        );
    }
}

fn say(got: &Result<Arc<char>, LoadError>) -> String {
    match got {
        Ok(value) => format!("{value}'s"),
        Err(error) => error.to_string(),
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Outcome {
    a: Result<Arc<char>, LoadError>,
    b: Result<Arc<char>, LoadError>,
    loads: u32,
}

/// Lets loom run two callers with these loads beside each other, and returns an example of what must not be.
fn find(
    calls: &str,
    loads: [(&'static str, Result<char, ()>); 2],
    wrong: impl Fn(&Outcome) -> bool,
) -> Option<Example<Outcome>> {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = [
        "std::sync",
        "core::sync",
        "OnceLock",
        "LazyLock",
        "std::thread",
    ];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!("{place} must share by the types of crate::sync alone: {text}");
    }
    // Either caller is the first thread once: loom leaves some orders out (its issue 166).
    [false, true].into_iter().find_map(|swapped| {
        let explored = Model::new().naming(&SOURCE).explore(move || {
            let once = Arc::new(Once::new());
            let count = AtomicU32::new(0);
            let count = Arc::new(count);
            let mut callers = loads;
            if swapped {
                callers.reverse();
            }
            let [one, other] = callers.map(|(name, load)| {
                let once = Arc::clone(&once);
                let count = Arc::clone(&count);
                thread::spawn(name, move || {
                    once.get_or_load(|| {
                        count.fetch_add(1, Ordering::Relaxed);
                        load.map_err(|()| LoadError {
                            reason: "no route".to_owned(),
                        })
                    })
                })
            });
            let (one, other) = (one.join(), other.join());
            let loads = count.load(Ordering::Relaxed);
            let (a, b) = if swapped { (other, one) } else { (one, other) };
            Outcome { a, b, loads }
        });
        let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
        assert!(
            explored.took_steps(&["A", "B"]),
            "{calls}\n  loom saw no step of A or B: src/blocking.rs must take its types from crate::sync"
        );
        explored.find(&wrong).cloned()
    })
}
