//! Stage 2, beside a list of all calls, and at the ends of what can be set.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::time::Duration;

use circuit_breaker::{Breaker, State, Trip};
use support::{Hand, assert_state, begin, builder, fail, some, succeed};

fn rate(percent: u8, at_least: u32, window: Duration) -> (Hand, Breaker) {
    let (clock, builder) = builder();
    let trip = Trip::Rate {
        percent,
        at_least: some(at_least),
        window,
    };
    (clock, builder.trip(trip).build())
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[test]
fn the_circuit_opens_when_a_list_of_all_calls_says_so() {
    for seed in 1..=60 {
        let mut dice = Dice(seed * 0x9E37_79B9);
        let (percent, at_least) = ([20, 50, 75, 100][dice.below(4) as usize], 4 + dice.below(8));
        let (clock, breaker) = rate(percent, at_least as u32, Duration::from_secs(2));
        let mut now = 0;
        let mut all: Vec<(u64, bool)> = Vec::new();
        for step in 0..400 {
            let pass = [0, 0, 7, 150, 400, 2_500][dice.below(6) as usize];
            clock.advance(pass);
            now += pass;
            let failed = dice.below(100) < 45;
            let permit = begin(&breaker);
            if failed {
                permit.failed();
            } else {
                permit.succeeded();
            }
            all.push((now / 200, failed));
            let recent: Vec<bool> = all
                .iter()
                .filter(|(tenth, _)| tenth + 10 > now / 200)
                .map(|(_, failed)| *failed)
                .collect();
            let failures = recent.iter().filter(|failed| **failed).count() as u64;
            let calls = recent.len() as u64;
            let opens = calls >= at_least && failures * 100 >= calls * u64::from(percent);
            let expected = if opens { State::Open } else { State::Closed };
            assert_state(
                &breaker,
                expected,
                &format!(
                    "seed {seed}, step {step}: {failures} of {calls} calls of the window failed, and the limit is \
                     {percent} % of {at_least} at least"
                ),
            );
            if opens {
                break;
            }
        }
    }
}

#[test]
fn exactly_the_limit_is_enough() {
    for (percent, failures, calls) in [(7, 7, 100), (29, 29, 100), (55, 11, 20), (58, 29, 50)] {
        let (_, breaker) = rate(percent, calls, Duration::from_secs(10));
        succeed(&breaker, calls - failures);
        fail(&breaker, failures);
        assert_state(
            &breaker,
            State::Open,
            &format!("{failures} of {calls} are {percent} %, by whole numbers"),
        );
    }
}

#[test]
fn what_is_set_may_be_extreme() {
    let (clock, never) = rate(101, 1, Duration::from_secs(10));
    fail(&never, 1_000);
    assert_state(&never, State::Closed, "over 100 % are never reached");

    let (_, always) = rate(0, 1, Duration::from_secs(10));
    succeed(&always, 1);
    assert_state(&always, State::Open, "0 % are always reached");

    for window in [Duration::ZERO, Duration::from_nanos(3)] {
        let (short_clock, short) = rate(100, 2, window);
        for _ in 0..5 {
            fail(&short, 1);
            short_clock.advance(1);
        }
        assert_state(
            &short,
            State::Closed,
            "no window of some nanoseconds has two calls in it",
        );
    }

    let (long_clock, long) = rate(100, 3, Duration::MAX);
    for _ in 0..3 {
        long_clock.advance(1_000_000_000);
        fail(&long, 1);
    }
    assert_state(
        &long,
        State::Open,
        "nothing is too old for a window of for ever",
    );
    clock.advance(1);
}
