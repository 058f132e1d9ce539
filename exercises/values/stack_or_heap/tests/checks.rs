//! What the terminal is told, and what that may cost.

use std::thread;

use probes::alloc::measure;
use stack_or_heap::{Limits, Payment, Verdict, WINDOW, review};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

const LIMITS: Limits = Limits {
    cents: 100_000,
    times_usual: 10,
    per_hour: 4,
};

/// One payment a day of each of these amounts, the last one on the day before `NOW`.
fn daily(amounts: &[u64]) -> Vec<Payment> {
    let first = NOW - amounts.len() as u64 * 1_440;
    let days = amounts.iter().zip((first..).step_by(1_440));
    days.map(|(&cents, minute)| Payment { cents, minute })
        .collect()
}

const NOW: u64 = 200_000_000;

fn pay(cents: u64) -> Payment {
    Payment { cents, minute: NOW }
}

#[test]
fn the_first_rule_that_is_broken_is_the_answer() {
    let usual = daily(&[1_000; 6]);
    let mut busy = usual.clone();
    busy.extend([59, 45, 30, 2].map(|ago| Payment {
        cents: 1_000,
        minute: NOW - ago,
    }));
    let an_hour_ago = Payment {
        cents: 1_000,
        minute: NOW - 60,
    };
    let mut nearly_busy = usual.clone();
    nearly_busy.push(an_hour_ago);
    nearly_busy.extend(&busy[7..]);
    for (what, cents, history, expected) in [
        ("an ordinary payment", 1_000, &usual, Verdict::Accepted),
        (
            "ten times the usual 1,000",
            10_000,
            &usual,
            Verdict::Accepted,
        ),
        (
            "more than ten times the usual 1,000",
            10_001,
            &usual,
            Verdict::Refused("unusual"),
        ),
        (
            "more than the limit, and unusual too",
            100_001,
            &usual,
            Verdict::Refused("amount"),
        ),
        (
            "the fifth payment within an hour",
            1_000,
            &busy,
            Verdict::Refused("often"),
        ),
        (
            "the fourth within an hour: one was 60 minutes ago",
            1_000,
            &nearly_busy,
            Verdict::Accepted,
        ),
        (
            "unusual, and the fifth within an hour",
            10_001,
            &busy,
            Verdict::Refused("unusual"),
        ),
    ] {
        assert_eq!(
            review(&pay(cents), history, &LIMITS),
            expected,
            "{cents} cents: {what}; the limits are {LIMITS:?}"
        );
    }
}

#[test]
fn usual_is_the_median_of_the_window() {
    for (amounts, largest) in [
        (&[1, 2, 3, 4, 5][..], 30),
        (&[5, 4, 3, 2, 1], 30),
        (&[9, 1, 9, 1, 9, 1], 90),
        (&[100, 100, 100, 100, 7, 100, 100], 1_000),
        (&[40; 31], 400),
        (&[40; 32], 400),
    ] {
        let history = daily(amounts);
        assert_eq!(
            (
                review(&pay(largest), &history, &LIMITS),
                review(&pay(largest + 1), &history, &LIMITS),
            ),
            (Verdict::Accepted, Verdict::Refused("unusual")),
            "after payments of {amounts:?}, ten times the median is {largest}: that is accepted, and one \
             cent more is not"
        );
    }
    assert_eq!(
        review(&pay(99_999), &daily(&[1; 4]), &LIMITS),
        Verdict::Accepted,
        "four payments are too few to tell what is usual"
    );
}

#[test]
fn the_window_is_the_newest_part_of_a_history() {
    let mut amounts = vec![1; 500];
    amounts.extend([2_000; WINDOW]);
    let history = daily(&amounts);
    assert_eq!(
        (
            review(&pay(20_000), &history, &LIMITS),
            review(&pay(20_001), &history, &LIMITS),
        ),
        (Verdict::Accepted, Verdict::Refused("unusual")),
        "500 payments of 1 cent, then {WINDOW} of 2,000: the newest {WINDOW} say what is usual"
    );
}

#[test]
fn no_history_is_too_long_for_the_stack() {
    let history = daily(&vec![500; 100_000]);
    let small = thread::Builder::new().stack_size(64 * 1024);
    let verdict = small
        .spawn(move || review(&pay(5_001), &history, &LIMITS))
        .expect("a thread")
        .join();
    assert_eq!(
        verdict.expect("the review has not panicked"),
        Verdict::Refused("unusual"),
        "100,000 payments of 500 cents, on a stack of 64 KiB"
    );
}

#[test]
fn the_first_reviews_are_measured() {
    // The first call is counted too: a buffer that is kept for later calls is on the heap as well.
    let histories: Vec<Vec<Payment>> = (0..20).map(|n| daily(&vec![700; n * 4])).collect();
    let (verdicts, tally) = measure(|| {
        let mut refused = [false; 20];
        for (refused, history) in refused.iter_mut().zip(&histories) {
            *refused = review(&pay(7_001), history, &LIMITS) == Verdict::Refused("unusual");
        }
        refused
    });
    probes::figures::report("allocations", tally.allocations);
    let expected: [bool; 20] = std::array::from_fn(|n| n * 4 >= 5);
    assert_eq!(
        verdicts, expected,
        "which of 20 payments are refused, after 0, 4, 8 … 76 earlier ones"
    );
}
