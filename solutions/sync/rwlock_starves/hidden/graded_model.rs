//! The same promises for other visitors and versions.

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

use probes::model::{Model, thread};
use routes::Routes;
use table::Table;

#[test]
fn of_two_visitors_inside_each_other_each_keeps_its_table() {
    Model::new().steps_at_most(60).check(
        "visits inside of visits, with a writer in between",
        || {
            let routes = Arc::new(Routes::new(Table::new(10, &[("x", "ten")])));
            let to_w = Arc::clone(&routes);
            routes.visit(|outer| {
                let w = thread::spawn("W", move || to_w.apply(Table::new(11, &[])));
                assert!(w.join(), "11 is newer than 10");
                routes.visit(|inner| {
                    assert_eq!((outer.version, inner.version), (10, 11));
                    assert!(routes.apply(Table::new(12, &[("x", "twelve")])));
                    assert_eq!((outer.version, inner.version), (10, 11));
                });
                assert_eq!(
                    outer.backends.len(),
                    1,
                    "the outer visitor's table is whole"
                );
            });
            assert_eq!(routes.version(), 12, "the newest");
            assert_eq!(routes.backend("x").as_deref(), Some("twelve"));
        },
    );
}

#[test]
fn of_the_same_version_twice_one_is_applied() {
    for _ in 0..2 {
        Model::new().check("A and B apply version 9 each", || {
            let routes = Arc::new(Routes::new(Table::new(0, &[])));
            let [a, b] = [("A", "from a"), ("B", "from b")].map(|(name, backend)| {
                let routes = Arc::clone(&routes);
                thread::spawn(name, move || routes.apply(Table::new(9, &[("h", backend)])))
            });
            let (a, b) = (a.join(), b.join());
            assert!(
                a != b,
                "one of the two is newer than what it found: {a} and {b}"
            );
            let expected = if a { "from a" } else { "from b" };
            assert_eq!(routes.backend("h").as_deref(), Some(expected));
        });
    }
}
