//! The same promises at other values and for other teams.

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
use probes::model::{Model, thread};
use team::Team;

/// Neither in the order of their ids nor of their minutes.
fn teams() -> Arc<[Team; 3]> {
    Arc::new([Team::new(900, 7), Team::new(4, 90), Team::new(u32::MAX, 40)])
}

#[track_caller]
fn beside<A: Send + 'static, B: Send + 'static>(
    calls: &str,
    a: fn(&[Team; 3]) -> A,
    b: fn(&[Team; 3]) -> B,
    judge: fn(A, B, [(u32, u64); 3]),
) {
    for a_first in [true, false] {
        Model::new().check(calls, move || {
            let teams = teams();
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
    }
}

#[test]
fn a_circle_of_three_transfers_ends() {
    Model::new().check("three teams, and each transfers 1 to the next", || {
        let teams = teams();
        let threads = [("A", 0, 1), ("B", 1, 2), ("C", 2, 0)].map(|(name, from, to)| {
            let teams = Arc::clone(&teams);
            thread::spawn(name, move || transfer(&teams[from], &teams[to], 1))
        });
        for thread in threads {
            assert_eq!(thread.join(), Ok(()), "all of them have 1");
        }
        let left = teams.each_ref().map(|team| *team.lock());
        assert_eq!(left, [7, 90, 40], "each gives 1 and gets 1");
    });
}

#[test]
fn a_refused_transfer_waits_for_nobody_for_ever() {
    beside(
        "team 900 gives 8 of 7 to team 4 while team 4 gives 90 of 90 to team 900",
        |[few, many, _]| transfer(few, many, 8),
        |[few, many, _]| transfer(many, few, 90),
        |a, b, left| {
            assert_eq!(b, Ok(()), "90 cover 90");
            match a {
                Err(TooFew { left: 7 }) => {
                    assert_eq!(left, [(900, 97), (4, 0), (u32::MAX, 40)], "A came first")
                }
                Ok(()) => assert_eq!(
                    left,
                    [(900, 89), (4, 8), (u32::MAX, 40)],
                    "B came first, then 97 cover 8"
                ),
                Err(TooFew { left }) => panic!("team 900 never had {left}"),
            }
        },
    );
}

#[test]
fn a_total_of_repeated_teams_beside_a_transfer_is_exact() {
    beside(
        "a total of teams MAX, 4, 900, 4, MAX beside a transfer from team MAX to team 900",
        |[one, two, three]| total(&[three, two, one, two, three]),
        |[one, _, three]| transfer(three, one, 40),
        |a, b, left| {
            assert_eq!((a, b), (137, Ok(())), "7, 90 and 40 are 137");
            assert_eq!(left, [(900, 47), (4, 90), (u32::MAX, 0)]);
        },
    );
}

#[test]
fn the_largest_amount_goes_to_itself() {
    Model::new().check("a team transfers u32::MAX to itself", || {
        let all = u64::from(u32::MAX);
        let team = Team::new(3, all);
        assert_eq!(transfer(&team, &team, u32::MAX), Ok(()));
        assert_eq!(total(&[&team, &team]), all, "listed twice, counted once");
    });
}
