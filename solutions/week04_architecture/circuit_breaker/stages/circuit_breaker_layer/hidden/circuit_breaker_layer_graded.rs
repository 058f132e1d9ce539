//! Stage 6: crowds, and a probe that can't become ready.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod calls {
    include!("support/calls.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod backend {
    include!("support/backend.rs");
}

use backend::{Ask, Backend};
use calls::{Oops, ends, half_open, ms, opens_after, told};
use circuit_breaker::{CallError, CircuitLayer, Guard, State};
use support::assert_state;
use tokio::time::{sleep, timeout};
use tower::{Layer, Service, ServiceExt};

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 31)) % sides
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_crowd_nothing_is_left() {
    const CALLERS: u64 = 300;
    for seed in 0..5 {
        let mut dice = Dice(seed);
        let breaker = opens_after(3).build();
        let backend = Backend::new(4);
        let guard: Guard<u32, Oops> = breaker.guard().deadline(ms(500)).slow(ms(400));
        let service = CircuitLayer::new(guard).layer(backend.clone());
        let callers: Vec<_> = (0..CALLERS)
            .map(|number| {
                let mut service = service.clone();
                let ask = match dice.below(10) {
                    0..6 => Ask::Number(u32::try_from(number).expect("it is small")),
                    6..8 => Ask::Down,
                    _ => Ask::Hang,
                };
                let (comes, dawdles) = (ms(100 * dice.below(600)), ms(300 * dice.below(40)));
                let patience = ms(150 + 100 * dice.below(8));
                tokio::spawn(async move {
                    sleep(comes).await;
                    let ready = service.ready().await.expect("it never fails at that");
                    sleep(dawdles).await;
                    let _ = timeout(patience, ready.call(ask)).await;
                })
            })
            .collect();
        for caller in callers {
            let what = "a caller among 300, of whom each hangs up in the end";
            ends(what, caller).await.expect("nobody panics");
        }
        let totals = breaker.totals();
        assert_eq!(
            totals.admitted + totals.refused,
            CALLERS,
            "seed {seed}: calls let through and refused, of 300: {totals:?}"
        );
        assert!(
            totals.refused > 0 && totals.in_flight() == 0,
            "seed {seed}: some of 300 calls are refused, and all are over: {totals:?}"
        );
        assert!(
            u64::from(backend.calls()) <= totals.admitted,
            "seed {seed}: the service was called {} times, and {totals:?}",
            backend.calls()
        );
        assert_eq!(
            backend.free(),
            4,
            "seed {seed}: free slots of 4, when all callers are gone; the first service was never called"
        );
        backend
            .assert_only_ready_ones_were_called("300 callers that come, dawdle, call and hang up");
    }
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_can_not_become_ready_opens_again() {
    let breaker = half_open().await;
    let backend = Backend::new(1);
    let mut service = CircuitLayer::new(breaker.guard()).layer(backend.clone());
    backend.break_with(Some(Oops::Down));
    let error = service.ready().await.err();
    assert_eq!(
        error,
        Some(CallError::Inner(Oops::Down)),
        "the service inside can't become ready"
    );
    assert_state(
        &breaker,
        State::Open,
        "the first to come after the cool-down found that the service can't become ready",
    );
    assert_eq!(
        told(&breaker),
        "0 succeeded, 2 failed, 0 without a result, 0 in flight",
        "the call that opened it, and the one that found it down again"
    );
    backend.break_with(None);
    tokio::time::advance(ms(10_000)).await;
    let ready = service.ready().await.expect("it works again");
    assert_eq!(ready.call(Ask::Number(7)).await, Ok(7), "the next probe");
    assert_state(&breaker, State::Closed, "a probe succeeded");
}
