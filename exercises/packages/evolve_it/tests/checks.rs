//! What users of 1.4 see at run time. The programs in `compile/` tell whether they build at all.

// `push` is deprecated once the exercise is done, and not before.
#![allow(deprecated)]

use evolve_it::{Delivery, Handler, MAX_BODY, Queue, SendError};

/// Handles what is not about failures, and notes all that it is told.
#[derive(Default)]
struct Notes(Vec<String>);

impl Handler for Notes {
    fn handle(&mut self, delivery: Delivery) -> bool {
        let works = delivery.topic != "broken";
        self.0.push(delivery.topic);
        works
    }

    fn failed(&mut self, topic: &str) {
        self.0.push(format!("failed: {topic}"));
    }
}

fn about(topic: &str) -> Delivery {
    Delivery::new(topic, b"4711")
}

#[test]
fn deliveries_are_handled_in_order_and_failures_told() {
    let mut queue = Queue::new(10);
    for topic in ["one", "broken", "two"] {
        queue.push(about(topic)).expect("there is room");
    }
    let mut notes = Notes::default();
    assert_eq!(queue.run(&mut notes), 2, "two of three were handled");
    assert_eq!(notes.0, ["one", "broken", "failed: broken", "two"]);
    assert_eq!(queue.run(&mut notes), 0, "nothing waits any more");
}

#[test]
fn what_is_not_taken_comes_back() {
    let mut queue = Queue::new(1);
    assert_eq!(queue.push(about("one")), Ok(()));
    assert_eq!(queue.push(about("two")), Err(SendError::Full(about("two"))));
    queue.close();
    assert_eq!(
        queue.push(about("three")),
        Err(SendError::Closed(about("three"))),
        "closed, and full as well: closed is what 1.4 says"
    );
}

#[test]
fn push_takes_what_it_always_took() {
    let large = Delivery::new("backup", &vec![0; MAX_BODY + 1]);
    let mut queue = Queue::new(1);
    assert_eq!(
        queue.push(large).map_err(|error| error.to_string()),
        Ok(()),
        "1.4 had no limit for bodies, and its users have no arm for the error: the new limit is for `send`"
    );
}

#[test]
fn push_points_to_its_successor() {
    let source = include_str!("../src/lib.rs");
    let (before, _) = source
        .split_once("pub fn push")
        .expect("`push` is still there");
    let above = before.rsplit("\n\n").next().unwrap_or_default();
    assert!(
        above.contains("#[deprecated"),
        "`push` goes on working, and says at build time what to use from now on; above it stands:\n{above}"
    );
}
