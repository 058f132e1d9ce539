//! The same promises, with databases of any pace.

use compose_it::{Compose, Database, Fate};

#[test]
fn at_any_pace_both_start_when_it_answers() {
    let compose = Compose::read(include_str!("../compose.yaml"))
        .unwrap_or_else(|problem| panic!("{problem}"));
    for socket_from in [0, 1, 2, 5, 10, 30, 60] {
        for lasts in [1, 2, 10, 30] {
            let database = Database {
                socket_from,
                socket_until: socket_from + lasts,
                ready: socket_from + lasts + 2,
            };
            for fate in compose
                .start(database)
                .unwrap_or_else(|problem| panic!("{problem}"))
            {
                assert!(
                    matches!(fate, Fate::Started(_)),
                    "{fate:?}, with {database:?}"
                );
            }
        }
    }
}

#[test]
fn a_database_that_was_there_is_not_waited_for() {
    let compose = Compose::read(include_str!("../compose.yaml"))
        .unwrap_or_else(|problem| panic!("{problem}"));
    // A second start: the data are there, and there is one server.
    let database = Database {
        socket_from: 0,
        socket_until: 0,
        ready: 1,
    };
    let [migrate, _] = compose
        .start(database)
        .unwrap_or_else(|problem| panic!("{problem}"));
    assert!(
        matches!(migrate, Fate::Started(1..=10)),
        "{migrate:?}: the database answers in the first second"
    );
}
