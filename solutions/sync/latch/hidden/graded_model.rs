//! The same promises with other members.

#[path = "../src/group.rs"]
mod group;

mod sync {
    pub use probes::model::sync::*;
    // To share is not what is modelled here, and counting it would multiply the orders.
    pub use std::sync::Arc;
}

use std::sync::Arc;

use group::Group;
use probes::model::cell::Cell;
use probes::model::{Model, thread};

fn model() -> Model {
    Model::new().steps_at_most(80).preemptions_at_most(2)
}

#[test]
fn two_at_work_are_both_waited_for() {
    let explored = model().explore(|| {
        let group = Group::new();
        let table = Arc::new([Cell::named("first", 0), Cell::named("second", 0)]);
        let threads = [("A", 0), ("B", 1)].map(|(name, n)| {
            let member = group.enter().expect("the group is open");
            let table = Arc::clone(&table);
            thread::spawn(name, move || {
                table[n].set(n + 5);
                drop(member);
            })
        });
        group.wait();
        let seen = (table[0].get(), table[1].get());
        for thread in threads {
            thread.join();
        }
        seen
    });
    let explored =
        explored.unwrap_or_else(|failure| panic!("A and B work, main waits\n  {failure}"));
    for example in explored.examples() {
        assert_eq!(example.outcome, (5, 6), "\n{}", example.steps);
    }
}

#[test]
fn a_stranger_beside_a_member_is_in_or_too_late() {
    let explored = model().explore(|| {
        let group = Group::new();
        let closed = Arc::new(Cell::named("the file", "open"));
        let member = group.enter().expect("the group is open");
        let (to_a, file) = (group.clone(), Arc::clone(&closed));
        let a = thread::spawn("A", move || {
            let stranger = to_a.enter();
            drop(member);
            stranger.map(|_member| file.get())
        });
        let w = thread::spawn("W", move || {
            group.wait();
            closed.set("closed");
            group.enter().is_some()
        });
        (a.join(), w.join())
    });
    let explored = explored.unwrap_or_else(|failure| panic!("A enters while W waits\n  {failure}"));
    for example in explored.examples() {
        let (seen, late) = example.outcome;
        assert!(
            seen != Some("closed") && !late,
            "who got in saw {seen:?}; the group is open after the wait: {late}\n{}",
            example.steps
        );
    }
}

#[test]
fn one_waits_again_after_another() {
    Model::new()
        .steps_at_most(60)
        .check("W waits twice while A leaves", || {
            let group = Group::new();
            let member = group.enter().expect("the group is open");
            let to_w = group.clone();
            let w = thread::spawn("W", move || {
                to_w.wait();
                to_w.wait();
            });
            let a = thread::spawn("A", move || drop(member));
            w.join();
            a.join();
            group.wait();
        });
}
