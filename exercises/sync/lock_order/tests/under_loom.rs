//! What two callers at once see, in every order in which they can get the locks.
//!
//! This crate takes `src/team.rs` and `src/minutes.rs` in a second time. There `crate::sync` is the module
//! below: the types of loom, a model checker, with a record of what each step did.

#[path = "../src/minutes.rs"]
mod minutes;
#[path = "../src/team.rs"]
mod team;

mod sync {
    pub use probes::model::sync::*;

    pub fn lock_named<T>(name: &str, value: T) -> Mutex<T> {
        Mutex::named(name, value)
    }
}

use std::sync::Arc;

use minutes::{TooFew, total, transfer};
use probes::model::{Model, Source, thread};
use team::Team;

const SOURCE: Source = Source::new("src/minutes.rs", include_str!("../src/minutes.rs"));

/// Teams 1, 2 and 3 have 10, 20 and 30 minutes.
type Teams = [Team; 3];

#[test]
fn transfers_in_opposite_directions_both_end() {
    let calls = "A transfers 4 from team 1 to team 2 while B transfers 5 from team 2 to team 1";
    beside(
        calls,
        |[one, two, _]| transfer(one, two, 4),
        |[one, two, _]| transfer(two, one, 5),
        |a, b, left| {
            assert_eq!((a, b), (Ok(()), Ok(())), "10 cover 4, and 20 cover 5");
            assert_eq!(
                left,
                [(1, 11), (2, 19), (3, 30)],
                "what teams 1, 2 and 3 have afterwards"
            );
        },
    );
}

#[test]
fn a_total_beside_a_transfer_ends_and_misses_nothing() {
    let calls = "A transfers 4 from team 1 to team 3 while B adds up teams 3, 2 and 1";
    beside(
        calls,
        |[one, _, three]| transfer(one, three, 4),
        |[one, two, three]| total(&[three, two, one]),
        |a, b, _| assert_eq!((a, b), (Ok(()), 60), "the answers; 10, 20 and 30 are 60"),
    );
    let calls = "A transfers 4 from team 3 to team 1 while B adds up teams 1 and 3";
    beside(
        calls,
        |[one, _, three]| transfer(three, one, 4),
        |[one, _, three]| total(&[one, three]),
        |a, b, _| assert_eq!((a, b), (Ok(()), 40), "the answers; 10 and 30 are 40"),
    );
}

#[test]
fn two_totals_that_list_the_teams_differently_both_end() {
    let calls = "A adds up teams 1, 2 and 3 while B adds up teams 3, 1 and 2";
    beside(
        calls,
        |[one, two, three]| total(&[one, two, three]),
        |[one, two, three]| total(&[three, one, two]),
        |a, b, _| assert_eq!((a, b), (60, 60), "10, 20 and 30 are 60"),
    );
}

#[test]
fn a_team_may_transfer_to_itself() {
    check_source();
    Model::new().check("main transfers from team 1 to team 1, of 10", || {
        let team = Team::new(1, 10);
        assert_eq!(transfer(&team, &team, 10), Ok(()), "10 cover 10");
        assert_eq!(
            transfer(&team, &team, 11),
            Err(TooFew { left: 10 }),
            "10 do not cover 11, not even on a way that leads back"
        );
        assert_eq!(*team.lock(), 10, "what goes to itself stays");
    });
}

fn check_source() {
    // A lock of std inside of a model would stop the one thread that runs all of them, for ever.
    let words = [
        "std::sync",
        "core::sync",
        "std::thread",
        "static ",
        "try_lock",
        "unsafe",
    ];
    if let Some((place, text)) = SOURCE.first_with(&words) {
        panic!(
            "{place} must have no other locks than those of the teams, and wait for them: {text}"
        );
    }
}

/// Lets loom run A beside B on three teams, each of them as the first, and judges what they return and the
/// ids and minutes after.
fn beside<A: Send + 'static, B: Send + 'static>(
    calls: &str,
    a: fn(&Teams) -> A,
    b: fn(&Teams) -> B,
    judge: fn(A, B, [(u32, u64); 3]),
) {
    check_source();
    for a_first in [true, false] {
        let explored = Model::new().explore(move || {
            let teams = Arc::new([Team::new(1, 10), Team::new(2, 20), Team::new(3, 30)]);
            let [here, there] = [Arc::clone(&teams), Arc::clone(&teams)];
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
            judge(a, b, teams.each_ref().map(|team| (team.id(), *team.lock())));
        });
        let explored = explored.unwrap_or_else(|failure| panic!("{calls}\n  {failure}"));
        assert!(
            explored.took_steps(&["A", "B"]),
            "{calls}\n  loom saw no step of A or B: both must take the locks of the teams"
        );
    }
}
