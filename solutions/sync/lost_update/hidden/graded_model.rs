//! The same promises at other values, and with more than one call in a thread.

mod sync {
    pub use probes::model::sync::atomic;
}

#[path = "../src/credits.rs"]
mod credits;

use credits::Credits;
use probes::model::sync::Arc;
use probes::model::{Model, thread};

/// Runs both threads on a balance, with each of them as the first: answers, and the balance after.
#[track_caller]
fn beside<A: Send + 'static, B: Send + 'static>(
    left: u64,
    one: fn(&Credits) -> A,
    other: fn(&Credits) -> B,
    judge: fn(A, B, u64),
) {
    let title = format!("one thread beside another, and the balance is {left}");
    Model::new().check(&title, move || {
        let credits = Arc::new(Credits::new(left));
        let [here, there] = [Arc::clone(&credits), Arc::clone(&credits)];
        let first = thread::spawn("one", move || one(&here));
        let second = thread::spawn("other", move || other(&there));
        let (a, b) = (first.join(), second.join());
        judge(a, b, credits.left());
    });
    Model::new().check(&title, move || {
        let credits = Arc::new(Credits::new(left));
        let [here, there] = [Arc::clone(&credits), Arc::clone(&credits)];
        let first = thread::spawn("other", move || other(&there));
        let second = thread::spawn("one", move || one(&here));
        let (b, a) = (first.join(), second.join());
        judge(a, b, credits.left());
    });
}

#[test]
fn the_largest_top_up_counts_beside_another() {
    beside(
        7,
        |credits| credits.grant(u32::MAX),
        |credits| credits.grant(30),
        |(), (), left| {
            assert_eq!(
                left,
                37 + u64::from(u32::MAX),
                "7, the largest amount, and 30"
            );
        },
    );
}

#[test]
fn calls_in_a_row_beside_a_spend_all_count() {
    beside(
        3,
        |credits| {
            credits.grant(4);
            credits.spend(3)
        },
        |credits| credits.spend(3),
        |one, other, left| {
            assert_eq!(
                (one, other, left),
                (true, true, 1),
                "3 and a grant of 4 cover two spends of 3, in every order"
            );
        },
    );
}

#[test]
fn nothing_is_sold_twice() {
    beside(
        2,
        |credits| credits.spend(2),
        |credits| [credits.spend(1), credits.spend(1)],
        |both, singles, left| {
            let sold = if both { 2 } else { 0 } + singles.iter().filter(|&&sold| sold).count();
            assert_eq!(
                (sold, left),
                (2, 0),
                "of 2 credits, a spend of 2 took {both} and two spends of 1 took {singles:?}"
            );
        },
    );
}

#[test]
fn a_refused_spend_is_not_seen() {
    beside(
        3,
        |credits| credits.spend(4),
        |credits| (credits.left(), credits.spend(3)),
        |four, (seen, three), left| {
            assert_eq!(
                (four, seen, three, left),
                (false, 3, true, 0),
                "4 are not covered and take nothing; 3 are, whenever the other spend is tried"
            );
        },
    );
}

#[test]
fn a_spend_of_nothing_is_always_covered() {
    beside(
        0,
        |credits| credits.spend(0),
        |credits| credits.spend(1),
        |nothing, one, left| assert_eq!((nothing, one, left), (true, false, 0)),
    );
}
