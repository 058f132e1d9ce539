//! Who is waited for, in every order in which threads can enter, leave and wait.
//!
//! This crate takes `src/group.rs` in a second time. There `crate::sync` is the module below: the types of
//! loom, a model checker, with a record of what each step did.

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
use probes::model::{Example, Model, Source, thread};

const SOURCE: Source = Source::new("src/group.rs", include_str!("../src/group.rs"));

#[test]
fn the_last_to_leave_wakes_the_one_who_waits() {
    let calls = "A is at work and leaves while W waits";
    explore(
        calls,
        |()| false,
        |a_first| {
            let group = Group::new();
            let member = group.enter().expect("the group is open");
            let a = move || drop(member);
            let w = move || group.wait();
            both(a_first, ("A", a), ("W", w));
        },
    );
}

#[test]
fn who_got_in_is_waited_for() {
    let calls =
        "A enters, and if it gets in, looks at the file and leaves; W waits, then closes the file";
    let wrong = explore(
        calls,
        |seen| *seen == Some("closed"),
        |a_first| {
            let group = Group::new();
            // Plain memory: nothing orders the accesses but what the group does.
            let closed = Arc::new(Cell::named("the file", "open"));
            let (to_a, file) = (group.clone(), Arc::clone(&closed));
            let a = move || to_a.enter().map(|_member| file.get());
            let w = move || {
                group.wait();
                closed.set("closed");
            };
            both(a_first, ("A", a), ("W", w)).0
        },
    );
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  A got in and found the file closed\n\n{}",
            wrong.steps
        );
    }
}

#[test]
fn what_members_did_is_seen_after_the_wait() {
    let calls = "A is at work, writes 7, and leaves; W waits, then reads";
    let wrong = explore(
        calls,
        |read| *read != 7,
        |a_first| {
            let group = Group::new();
            let table = Arc::new(Cell::named("the table", 0));
            let member = group.enter().expect("the group is open");
            let written = Arc::clone(&table);
            let a = move || {
                written.set(7);
                drop(member);
            };
            let w = move || {
                group.wait();
                table.get()
            };
            both(a_first, ("A", a), ("W", w)).1
        },
    );
    if let Some(wrong) = wrong {
        panic!("{calls}\n  W reads {}\n\n{}", wrong.outcome, wrong.steps);
    }
}

#[test]
fn a_member_may_bring_another_in() {
    let calls = "A is at work, brings another in, leaves, and the other leaves later; W waits, then closes the file";
    let wrong = explore(
        calls,
        |seen| *seen == "closed",
        |a_first| {
            let group = Group::new();
            let closed = Arc::new(Cell::named("the file", "open"));
            let member = group.enter().expect("the group is open");
            let file = Arc::clone(&closed);
            let a = move || {
                let other = member.clone();
                drop(member);
                let seen = file.get();
                drop(other);
                seen
            };
            let w = move || {
                group.wait();
                closed.set("closed");
            };
            both(a_first, ("A", a), ("W", w)).0
        },
    );
    if let Some(wrong) = wrong {
        panic!(
            "{calls}\n  the other found the file closed\n\n{}",
            wrong.steps
        );
    }
}

#[test]
fn two_who_wait_are_both_woken() {
    check_source();
    let calls = "A is at work and leaves while V and W wait";
    let explored = model().preemptions_at_most(2).explore(|| {
        let group = Group::new();
        let member = group.enter().expect("the group is open");
        let waiting = ["V", "W"].map(|name| {
            let group = group.clone();
            thread::spawn(name, move || group.wait())
        });
        let a = thread::spawn("A", move || drop(member));
        a.join();
        for waiting in waiting {
            waiting.join();
        }
    });
    if let Err(failure) = explored {
        panic!("{calls}\n  {failure}");
    }
}

fn model() -> Model {
    Model::new().naming(&SOURCE).steps_at_most(60)
}

fn check_source() {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = ["std::sync", "core::sync", "std::thread", "mpsc", "timeout"];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!("{place} must wait by the types of crate::sync alone: {text}");
    }
}

/// Runs two threads, and returns what they return.
fn both<A: Send + 'static, B: Send + 'static>(
    first: bool,
    a: (&str, impl FnOnce() -> A + Send + 'static),
    b: (&str, impl FnOnce() -> B + Send + 'static),
) -> (A, B) {
    if first {
        let a = thread::spawn(a.0, a.1);
        let b = thread::spawn(b.0, b.1);
        (a.join(), b.join())
    } else {
        let b = thread::spawn(b.0, b.1);
        let a = thread::spawn(a.0, a.1);
        (a.join(), b.join())
    }
}

/// Lets loom run a model whose argument says whether A is the first thread, both ways: loom leaves some
/// orders out (its issue 166). Returns an example of what must not be.
fn explore<T: PartialEq + Clone + Send + 'static>(
    calls: &str,
    wrong: impl Fn(&T) -> bool,
    run: impl Fn(bool) -> T + Send + Sync + Copy + 'static,
) -> Option<Example<T>> {
    check_source();
    [false, true].into_iter().find_map(|a_first| {
        let explored = model().explore(move || run(a_first));
        let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
        assert!(
            explored.took_steps(&["W"]),
            "{calls}\n  loom saw no step of W: src/group.rs must take its types from crate::sync"
        );
        explored.find(&wrong).cloned()
    })
}
