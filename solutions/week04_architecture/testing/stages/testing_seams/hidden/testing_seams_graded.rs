//! Stage 1: other nights, and two at once.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use dunning::dun;
use support::{Paper, lines};

#[test]
fn other_nights_are_as_they_were() {
    let mut world = Paper::new(
        "2027-01-01",
        &[
            "",
            "R-1;Ada;private;500;2026-12-25;0;-;0;",
            "R-2;Bo;private;500;2026-12-24;0;-;0;",
            "R-3;Cy;private;36500;2026-12-02;1;2026-12-18;0;",
            "R-4;Dee;business;100;2026-12-28;0;-;0;",
            "R-5;Edam;public;100;2026-11-01;2;2026-10-03;0;",
            "R-6;Flo;private;9900;2026-06-01;3;2026-12-02;750;",
            "R-7;Gil;charity;9900;2026-06-01;3;2026-12-02;750;",
        ],
    );
    let code = dun(&[], &mut world);
    assert_eq!(
        world.said,
        [
            "dunning 2027-01-01",
            "R-2: reminder 1, 5.00",
            "R-3: reminder 2, 369.00",
            "R-4: reminder 1, 41.00",
            "R-5: reminder 2, 1.00",
            "R-6: to the lawyer",
            "line 8: not understood",
            "4 letters, 416.00",
        ],
        "on this night"
    );
    assert_eq!(code, 1, "the exit code");
    assert_eq!(
        world.file("letters/R-3-2.txt"),
        "Reminder 2 for R-3\nTo: Cy\nOpen: 365.00\nFees: 2.50\nInterest: 1.50\nTotal: 369.00\nPlease pay by 2027-01-11.\n",
        "the letter"
    );
}

#[test]
fn only_one_kind_is_looked_at_if_one_is_named() {
    let ledger = [
        "R-1;Ada;private;12000;2026-02-01;0;-;0;",
        "R-2;Bo;business;5000;2026-02-01;0;-;0;hold",
        "R-3;Cy;business;5000;2026-02-01;2;2026-02-20;0;",
    ];
    let mut world = Paper::new("2026-03-02", &ledger);
    dun(&["--only", "business", "--dry"], &mut world);
    assert_eq!(
        world.said,
        [
            "dunning 2026-03-02 (dry)",
            "R-2: on hold",
            "R-3: reminder 3, 50.35",
            "1 letters, 50.35"
        ],
        "businesses only, and dry"
    );
    assert_eq!(
        world.file("ledger.csv"),
        lines(&ledger),
        "a dry run changes nothing"
    );
    assert!(world.letters().is_empty(), "a dry run writes nothing");
}

#[test]
fn two_worlds_have_nothing_in_common() {
    let run = |today: &'static str| {
        move || {
            let mut said = Vec::new();
            for _ in 0..50 {
                let mut world =
                    Paper::new(today, &["R-1;Ada;private;12000;2026-02-01;1;2026-02-02;0;"]);
                dun(&[], &mut world);
                said.push(world.said.join(" | "));
            }
            said
        }
    };
    std::thread::scope(|scope| {
        let (one, two) = (
            scope.spawn(run("2026-03-02")),
            scope.spawn(run("2026-04-02")),
        );
        for (thread, expected) in [
            (
                one,
                "dunning 2026-03-02 | R-1: reminder 2, 122.97 | 1 letters, 122.97",
            ),
            (
                two,
                "dunning 2026-04-02 | R-1: reminder 2, 123.48 | 1 letters, 123.48",
            ),
        ] {
            for said in thread.join().expect("no run panics") {
                assert_eq!(said, expected, "what one of two runs at once says");
            }
        }
    });
}
