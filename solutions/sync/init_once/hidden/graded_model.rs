//! The same promises with three threads.

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
use probes::model::{Model, thread};

#[test]
fn of_three_callers_with_one_failure_each_is_answered() {
    let explored = Model::new().preemptions_at_most(2).explore(|| {
        let once = Arc::new(Once::default());
        let loads = Arc::new(AtomicU32::new(0));
        let callers = ["A", "B", "C"].map(|name| {
            let (once, loads) = (Arc::clone(&once), Arc::clone(&loads));
            thread::spawn(name, move || {
                once.get_or_load(|| {
                    // The first load fails, whoever makes it.
                    match loads.fetch_add(1, Ordering::Relaxed) {
                        0 => Err(LoadError {
                            reason: "first".to_owned(),
                        }),
                        number => Ok(number),
                    }
                })
                .ok()
                .map(|value| *value)
            })
        });
        let mut got = callers.map(thread::JoinHandle::join);
        got.sort_unstable();
        (got, loads.load(Ordering::Relaxed))
    });
    let explored = explored.unwrap_or_else(|failure| panic!("three callers\n  {failure}"));
    for example in explored.examples() {
        assert_eq!(
            example.outcome,
            ([None, Some(1), Some(1)], 2),
            "one fails, one loads, and both others have its value\n{}",
            example.steps
        );
    }
}
