//! Stage 5: many calls that end in every way, and a classifier that panics at some.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod calls {
    include!("support/calls.rs");
}

use std::panic::resume_unwind;

use calls::{Oops, ms, opens_after, panics, told};
use circuit_breaker::{CallError, Guard, State, Verdict};
use support::assert_state;
use tokio::time::{sleep, timeout};

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// How a call goes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Answer,
    NotFound,
    Down,
    OurFault,
    Panic,
}

/// What the statement says of a call: 0 succeeded, 1 failed, 2 without a result.
fn expected(way: Way, takes: u64, hangs_up: u64, deadline: u64, slow: u64) -> usize {
    let ends = takes.min(hangs_up).min(deadline);
    if ends == hangs_up {
        return if ends >= slow { 1 } else { 2 };
    }
    if ends == deadline {
        return 1;
    }
    match way {
        Way::Answer | Way::NotFound => usize::from(ends >= slow),
        Way::Down | Way::Panic => 1,
        Way::OurFault => 2,
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_thousand_calls_each_is_counted_once_and_rightly() {
    let mut dice = Dice(5);
    let breaker = opens_after(u32::MAX).build();
    let mut sums = [0_u64; 3];
    let mut callers = Vec::new();
    for _ in 0..1_000 {
        let way = [
            Way::Answer,
            Way::NotFound,
            Way::Down,
            Way::OurFault,
            Way::Panic,
        ][usize::try_from(dice.below(5)).expect("it is below 5")];
        // Different remainders of 40, so that no two of them are the same moment.
        let takes = 40 * dice.below(20) + 10;
        let hangs_up = 40 * dice.below(20) + 20;
        let deadline = 40 * dice.below(20) + 30;
        let slow = 40 * dice.below(20);
        sums[expected(way, takes, hangs_up, deadline, slow)] += 1;

        let guard: Guard<u32, Oops> = breaker
            .guard()
            .deadline(ms(deadline))
            .slow(ms(slow))
            .classify(|result| match result {
                Ok(_) | Err(Oops::NotFound) => Verdict::Success,
                Err(Oops::Down) => Verdict::Failure,
                Err(Oops::OurFault) => Verdict::Unrelated,
            });
        callers.push(tokio::spawn(async move {
            let call = guard.call(async {
                sleep(ms(takes)).await;
                match way {
                    Way::Answer => Ok(7),
                    Way::NotFound => Err(Oops::NotFound),
                    Way::Down => Err(Oops::Down),
                    Way::OurFault => Err(Oops::OurFault),
                    Way::Panic => panics().await,
                }
            });
            let _ = timeout(ms(hangs_up), call).await;
        }));
    }
    for caller in callers {
        let _ = caller.await;
    }
    let [succeeded, failed, nothing] = sums;
    assert_eq!(
        told(&breaker),
        format!("{succeeded} succeeded, {failed} failed, {nothing} without a result, 0 in flight"),
        "a thousand calls that answer, fail, hang, panic, and are hung up on: how they ended, and how the rules say they did"
    );
}

#[tokio::test(start_paused = true)]
async fn a_classifier_may_panic_at_errors_only() {
    let breaker = opens_after(2).build();
    let guard: Guard<u32, Oops> = breaker.guard().classify(|result| match result {
        Ok(_) => Verdict::Success,
        Err(_) => resume_unwind(Box::new(())),
    });
    assert_eq!(guard.call(async { Ok(7) }).await, Ok(7), "an answer");
    for error in [Oops::OurFault, Oops::NotFound] {
        let guard = guard.clone();
        let caller = tokio::spawn(async move { guard.call(async { Err(error) }).await });
        assert!(
            caller.await.is_err_and(|ended| ended.is_panic()),
            "the classifier panicked, and the caller was expected to be told by it"
        );
    }
    assert_eq!(
        told(&breaker),
        "1 succeeded, 2 failed, 0 without a result, 0 in flight",
        "one call with an answer, and two at whose errors the classifier panicked"
    );
    assert_state(&breaker, State::Open, "two calls in a row have failed");
}

#[tokio::test(start_paused = true)]
async fn a_call_from_before_the_opening_times_out_and_changes_nothing() {
    let breaker = opens_after(1).build();
    let guard: Guard<u32, Oops> = breaker.guard().deadline(ms(15_000));
    let late = guard.clone();
    let late = tokio::spawn(async move { late.call(std::future::pending()).await });
    sleep(ms(1_000)).await;
    let _ = guard.call(async { Err(Oops::Down) }).await;
    sleep(ms(10_000)).await;
    let probe = tokio::spawn(async move {
        let call = guard.call(async {
            sleep(ms(10_000)).await;
            Ok(7)
        });
        call.await
    });
    assert_eq!(
        late.await.expect("nobody panics"),
        Err(CallError::TimedOut),
        "after 15 s, while a probe is under way"
    );
    assert_state(
        &breaker,
        State::HalfOpen,
        "a call from before the opening timed out while a probe is under way",
    );
    assert_eq!(probe.await.expect("nobody panics"), Ok(7), "the probe");
    assert_state(&breaker, State::Closed, "the probe succeeded");
}
