//! The same promises at other values, and evidence for the answers to the quiz.

use std::hint::black_box;
use std::rc::Rc;

use probes::alloc::measure;
use stack_or_heap::{Limits, Payment, Verdict, review};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn any_history_gives_the_plain_answer_without_the_heap() {
    let limits = Limits {
        cents: 50_000,
        times_usual: 3,
        per_hour: 3,
    };
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    for length in 0..80 {
        let mut minute = 1_000;
        let history: Vec<Payment> = (0..length)
            .map(|_| {
                minute += next(60);
                let cents = next(20_000);
                Payment { cents, minute }
            })
            .collect();
        for _ in 0..20 {
            let payment = Payment {
                cents: next(60_000),
                minute: minute + next(40),
            };
            let window = &history[history.len().saturating_sub(32)..];
            let mut amounts: Vec<u64> = window.iter().map(|earlier| earlier.cents).collect();
            amounts.sort_unstable();
            let usual = amounts.get(amounts.len() / 2).copied();
            let recent = window
                .iter()
                .filter(|earlier| payment.minute - earlier.minute < 60)
                .count();
            let expected = if payment.cents > 50_000 {
                Verdict::Refused("amount")
            } else if window.len() >= 5 && usual.is_some_and(|usual| payment.cents > 3 * usual) {
                Verdict::Refused("unusual")
            } else if recent >= 3 {
                Verdict::Refused("often")
            } else {
                Verdict::Accepted
            };
            let (verdict, tally) = measure(|| review(&payment, &history, &limits));
            assert_eq!(verdict, expected, "{payment:?} after {history:?}");
            assert_eq!(tally.allocations, 0, "after {length} earlier payments");
        }
    }
}

#[test]
fn no_limit_is_too_large() {
    let limits = Limits {
        cents: u64::MAX,
        times_usual: u64::MAX,
        per_hour: usize::MAX,
    };
    let history = [Payment {
        cents: u64::MAX,
        minute: 1,
    }; 8];
    assert_eq!(
        review(&history[0], &history, &limits),
        Verdict::Accepted,
        "{limits:?} refuse nothing"
    );
}

#[test]
fn the_answers_to_the_quiz_are_what_is_counted() {
    let limit: u64 = black_box(5);
    let count = |work: &mut dyn FnMut()| measure(work).1.allocations;
    let mut text = String::from("four words of text");
    for (id, expected, found) in [
        (
            "large_array",
            0,
            count(&mut || {
                let mut table = [0_u64; 1_024];
                table[7] = 1;
                black_box(table.iter().sum::<u64>());
            }),
        ),
        (
            "box_without_capture",
            0,
            count(&mut || {
                let is_large: Box<dyn Fn(u64) -> bool> = Box::new(|cents| cents > 5);
                drop(black_box(is_large));
            }),
        ),
        (
            "box_with_capture",
            1,
            count(&mut || {
                let is_large: Box<dyn Fn(u64) -> bool> = Box::new(move |cents| cents > limit);
                drop(black_box(is_large));
            }),
        ),
        (
            "dyn_by_reference",
            0,
            count(&mut || {
                let is_large = move |cents| cents > limit;
                let rules: [&dyn Fn(u64) -> bool; 2] = [&is_large, &|cents| cents == 0];
                black_box(rules.iter().any(|rule| rule(7)));
            }),
        ),
        (
            "hundred_empty_names",
            1,
            count(&mut || {
                black_box(vec![String::new(); 100]);
            }),
        ),
        (
            "small_but_on_the_heap",
            2,
            count(&mut || {
                black_box(&text[2..5]);
                black_box(Rc::new(limit));
                black_box(Box::new(()));
                black_box(format!("{limit} cents"));
                black_box(None::<Box<u64>>);
                let moved = std::mem::take(&mut text);
                black_box(moved);
            }),
        ),
    ] {
        assert_eq!(found, expected, "allocations of {id}");
    }
}
