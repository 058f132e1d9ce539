//! What two and three visitors of `src/hall.rs` see, in every order in which they can get the locks and the bells.

#[path = "../src/counts.rs"]
mod counts;
#[path = "../src/hall.rs"]
mod hall;

mod sync {
    pub use probes::model::sync::*;

    pub fn lock_named<T>(name: &str, value: T) -> Mutex<T> {
        Mutex::named(name, value)
    }
}

use std::sync::Arc;

use hall::{Hall, exchange};
use probes::model::{Explored, Model, Source, thread};

const SOURCE: Source = Source::new("src/hall.rs", include_str!("../src/hall.rs"));

/// Free and sold.
fn of(hall: &Hall) -> (u32, u32) {
    let counts = hall.counts();
    (counts.free, counts.sold)
}

fn check_source() {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = [
        "std::sync",
        "core::sync",
        "std::thread",
        "static ",
        "try_lock",
        "timeout",
    ];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!("{place} must wait by the types of crate::sync alone: {text}");
    }
}

fn explore<T: PartialEq + Send + 'static>(
    calls: &str,
    threads: &[&str],
    model: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    check_source();
    let explored = Model::new()
        .naming(&SOURCE)
        .steps_at_most(80)
        .preemptions_at_most(2)
        .explore(model);
    let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
    assert!(
        explored.took_steps(threads),
        "{calls}\n  the model saw no step of the threads: src/hall.rs must take its types from crate::sync"
    );
    explored
}

/// Explores, and wants the same outcome whatever the order.
fn always<T: PartialEq + std::fmt::Debug + Send + 'static>(
    calls: &str,
    threads: &[&str],
    expected: T,
    model: impl Fn() -> T + Send + Sync + 'static,
) {
    let explored = explore(calls, threads, model);
    if let Some(wrong) = explored.find(|outcome| *outcome != expected) {
        panic!(
            "{calls}\n  expected: {expected:?}\n  outcome:  {:?}\n\n{}",
            wrong.outcome, wrong.steps
        );
    }
}

#[test]
fn one_visitor_after_the_other() {
    let (one, two) = (
        races::hall::Hall::new(1, 2, 0),
        races::hall::Hall::new(2, 1, 0),
    );
    let of = |hall: &races::hall::Hall| (hall.counts().free, hall.counts().sold);
    assert!(one.sell(1), "2 are free");
    assert!(!one.sell(2), "1 is free");
    one.wait_for(1);
    assert_eq!(of(&one), (0, 2), "both seats of hall 1 are sold");
    assert!(
        races::hall::exchange(&one, &two, 1),
        "1 is sold in hall 1, and 1 is free in hall 2"
    );
    assert_eq!((of(&one), of(&two)), ((1, 1), (0, 1)), "a seat has changed");
    assert!(!races::hall::exchange(&one, &two, 1), "hall 2 is full");
    assert!(
        !races::hall::exchange(&two, &one, 2),
        "2 are not sold in hall 2"
    );
    two.take_back(1);
    assert_eq!(
        (of(&one), of(&two)),
        ((1, 1), (1, 0)),
        "what was refused has changed nothing"
    );
}

#[test]
fn exchanges_in_opposite_directions_both_end() {
    let calls = "A exchanges 1 of hall 1 for hall 2 while B exchanges 1 of hall 2 for hall 1";
    let expected = (true, true, (1, 1), (1, 1));
    for a_first in [true, false] {
        always(calls, &["A", "B"], expected, move || {
            let halls = Arc::new([Hall::new(1, 1, 1), Hall::new(2, 1, 1)]);
            let [here, there] = [Arc::clone(&halls), Arc::clone(&halls)];
            let for_a = move || exchange(&here[0], &here[1], 1);
            let for_b = move || exchange(&there[1], &there[0], 1);
            let (a, b) = if a_first {
                let a = thread::spawn("A", for_a);
                let b = thread::spawn("B", for_b);
                (a.join(), b.join())
            } else {
                let b = thread::spawn("B", for_b);
                let a = thread::spawn("A", for_a);
                (a.join(), b.join())
            };
            (a, b, of(&halls[0]), of(&halls[1]))
        });
    }
}

#[test]
fn an_exchange_within_a_hall_ends() {
    check_source();
    Model::new().naming(&SOURCE).check(
        "main exchanges seats of hall 1 for seats of hall 1, with 0 free and 2 sold",
        || {
            let hall = Hall::new(1, 0, 2);
            assert!(
                exchange(&hall, &hall, 2),
                "2 are sold, and nothing else has to be free for them"
            );
            assert!(!exchange(&hall, &hall, 3), "3 are not sold");
            assert_eq!(of(&hall), (0, 2), "free and sold are as before");
            assert_eq!(hall.id(), 1, "and it is hall 1");
        },
    );
}

#[test]
fn a_seat_that_comes_back_reaches_who_waits() {
    let calls = "A waits for 1 while B takes back 1, with 0 free and 1 sold";
    always(calls, &["A", "B"], (0, 1), || {
        let hall = Arc::new(Hall::new(1, 0, 1));
        let [here, there] = [Arc::clone(&hall), Arc::clone(&hall)];
        let a = thread::spawn("A", move || here.wait_for(1));
        let b = thread::spawn("B", move || there.take_back(1));
        a.join();
        b.join();
        of(&hall)
    });
}

#[test]
fn who_wakes_up_looks_again() {
    let calls = "A waits for 1 while B takes back 1, sells 1 if it can, and takes that back, with 0 free and 1 sold";
    always(calls, &["A", "B"], (0, 1), || {
        let hall = Arc::new(Hall::new(1, 0, 1));
        let [here, there] = [Arc::clone(&hall), Arc::clone(&hall)];
        let a = thread::spawn("A", move || here.wait_for(1));
        let b = thread::spawn("B", move || {
            there.take_back(1);
            if there.sell(1) {
                there.take_back(1);
            }
        });
        a.join();
        b.join();
        of(&hall)
    });
}

#[test]
fn seats_reach_whoever_can_use_them() {
    let calls =
        "C waits for 2 and D waits for 1 while P takes back 1, then 2, with 0 free and 3 sold";
    always(calls, &["C", "D", "P"], (0, 3), || {
        let hall = Arc::new(Hall::new(1, 0, 3));
        let [to_c, to_d, to_p] = [(); 3].map(|()| Arc::clone(&hall));
        let c = thread::spawn("C", move || to_c.wait_for(2));
        let d = thread::spawn("D", move || to_d.wait_for(1));
        let p = thread::spawn("P", move || {
            to_p.take_back(1);
            to_p.take_back(2);
        });
        c.join();
        d.join();
        p.join();
        of(&hall)
    });
}

#[test]
fn an_exchange_frees_seats_for_who_waits() {
    let calls = "A waits for 1 in hall 1, which is full, while B exchanges 1 of hall 1 for hall 2";
    always(calls, &["A", "B"], (true, (0, 1), (0, 1)), || {
        let halls = Arc::new([Hall::new(1, 0, 1), Hall::new(2, 1, 0)]);
        let [here, there] = [Arc::clone(&halls), Arc::clone(&halls)];
        let a = thread::spawn("A", move || here[0].wait_for(1));
        let b = thread::spawn("B", move || exchange(&there[0], &there[1], 1));
        a.join();
        let exchanged = b.join();
        (exchanged, of(&halls[0]), of(&halls[1]))
    });
}
