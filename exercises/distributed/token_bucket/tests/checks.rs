//! What the limiter lets through. Time is handed in, so an hour takes nothing.

use std::collections::VecDeque;
use std::time::Duration;

use token_bucket::{Decision, Limit, Limiter};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Five at once, and five a second.
const LIMIT: Limit = Limit {
    burst: 5,
    every: ms(200),
};

/// A moment long after the process began.
const START: Duration = Duration::from_secs(86_400);

fn allowed(decision: Decision) -> bool {
    matches!(decision, Decision::Allowed { .. })
}

/// Takes the five tokens of a full bucket.
#[track_caller]
fn empty(limiter: &mut Limiter<&str>, key: &'static str, now: Duration) {
    assert_eq!(
        limiter.take(&key, 5, now),
        Decision::Allowed { left: 0 },
        "a full bucket has five tokens, and the request asks for five"
    );
}

#[test]
fn a_burst_and_then_the_rate() {
    let mut limiter = Limiter::new(LIMIT);
    let left: Vec<Decision> = (0..5).map(|_| limiter.take(&"ada", 1, START)).collect();
    assert_eq!(
        left,
        [4, 3, 2, 1, 0].map(|left| Decision::Allowed { left }),
        "five requests at one moment, from a full bucket of five"
    );
    assert!(
        !allowed(limiter.take(&"ada", 1, START)),
        "the sixth request at that moment: the bucket is empty"
    );
    assert_eq!(
        limiter.take(&"grace", 2, START),
        Decision::Allowed { left: 3 },
        "another key has a bucket of its own, and a request may cost two"
    );
    assert_eq!(
        limiter.take(&"ada", 1, START + ms(200)),
        Decision::Allowed { left: 0 },
        "200 ms later there is one token"
    );
}

#[test]
fn who_asks_often_gets_as_much() {
    let mut limiter = Limiter::new(LIMIT);
    empty(&mut limiter, "poller", START);
    let through = (1..=1_000)
        .filter(|n| allowed(limiter.take(&"poller", 1, START + ms(10) * *n)))
        .count();
    assert_eq!(
        through, 50,
        "1,000 requests, 10 ms apart: 10 s of five tokens a second are 50 tokens. Time that is too short for a whole \
         token must count towards the next one"
    );
}

#[test]
fn retry_after_is_exact() {
    let nanosecond = Duration::from_nanos(1);
    // A third of a second has no short decimal.
    let every = Duration::from_secs(1) / 3;
    for cost in 1..=5 {
        let mut limiter = Limiter::new(Limit { burst: 5, every });
        empty(&mut limiter, "ada", START);
        let now = START + ms(123);
        let expected = every * cost - ms(123);
        for attempt in 1..=2 {
            assert_eq!(
                limiter.take(&"ada", cost, now),
                Decision::Refused {
                    retry_after: expected
                },
                "attempt {attempt}: empty 123 ms ago, a token takes {every:?}, and {cost} are asked for; a refusal takes \
                 nothing"
            );
        }
        assert_eq!(
            limiter.take(&"ada", cost, now + expected - nanosecond),
            Decision::Refused {
                retry_after: nanosecond
            },
            "a nanosecond before {cost} tokens are there"
        );
        assert_eq!(
            limiter.take(&"ada", cost, now + expected),
            Decision::Allowed { left: 0 },
            "who waits as long as `retry_after` said must be let through"
        );
    }
}

#[test]
fn who_waits_as_told_is_let_through() {
    let every = Duration::from_secs(1) / 3;
    let mut limiter = Limiter::new(Limit { burst: 5, every });
    let mut now = START;
    for request in 0..3_000_u32 {
        // Between two requests pass odd times, most of them shorter than a token takes.
        now += Duration::from_nanos(100_000_007) * (request % 5);
        if let Decision::Refused { retry_after } = limiter.take(&"ada", 1, now) {
            let half_way = now + retry_after / 2;
            assert!(
                !allowed(limiter.take(&"ada", 5, half_way)),
                "request {request}: there is not even one token, and another request asks for five"
            );
            now += retry_after;
            let second = limiter.take(&"ada", 1, now);
            assert!(
                allowed(second),
                "request {request} was told to come back after {retry_after:?}, did so, and got {second:?}; another one that \
                 was refused half-way has taken nothing"
            );
        }
    }
}

#[test]
fn what_no_bucket_holds_is_never_allowed() {
    let mut limiter = Limiter::new(LIMIT);
    assert_eq!(
        limiter.take(&"ada", 6, START),
        Decision::Never,
        "six tokens never fit into a bucket of five: a time to wait would be a lie"
    );
    assert_eq!(
        limiter.take(&"ada", u32::MAX, START + ms(1)),
        Decision::Never
    );
    empty(&mut limiter, "ada", START + ms(1));
}

#[test]
fn an_idle_key_gets_one_burst_and_no_more() {
    for idle in [
        ms(1_000),
        ms(1_190),
        Duration::from_secs(365 * 86_400),
        // Each of these overflows something smaller.
        ms(200) * u32::MAX,
        Duration::from_secs(1 << 40),
    ] {
        let mut limiter = Limiter::new(LIMIT);
        empty(&mut limiter, "ada", START);
        let now = START + idle;
        empty(&mut limiter, "ada", now);
        assert_eq!(
            limiter.take(&"ada", 1, now + ms(199)),
            Decision::Refused { retry_after: ms(1) },
            "idle for {idle:?}, and then emptied: the next token is there 200 ms later. A full bucket gains nothing, not \
             even a part of a token"
        );
    }
}

#[test]
fn no_time_counts_twice() {
    let mut limiter = Limiter::new(LIMIT);
    empty(&mut limiter, "ada", START);
    // Another thread read the clock before, and got the lock after.
    for late in 0..10 {
        assert_eq!(
            limiter.take(&"ada", 1, START - ms(900)),
            Decision::Refused {
                retry_after: ms(200)
            },
            "reading {late} of before the latest one counts as the latest: the bucket is empty"
        );
        assert!(
            !allowed(limiter.take(&"ada", 1, START)),
            "from 900 ms before to the latest reading, no time has passed that had not counted already"
        );
    }
    assert!(allowed(limiter.take(&"ada", 1, START + ms(200))));
    assert!(!allowed(limiter.take(&"ada", 1, START + ms(200))));
}

#[test]
fn keys_with_full_buckets_are_forgotten() {
    let mut limiter = Limiter::new(LIMIT);
    for visitor in 0..100_000_u32 {
        let decision = limiter.take(&visitor, 1, START + ms(1) * visitor);
        assert_eq!(decision, Decision::Allowed { left: 4 });
        assert!(
            limiter.keys() <= 2 * 201 + 1_000,
            "a visitor each millisecond, and each bucket is full again after 200 ms, so at most 201 are not; {} keys are \
             remembered after {visitor} visitors, and each costs memory until the process ends",
            limiter.keys()
        );
    }
}

#[test]
fn a_key_that_is_not_full_is_not_forgotten() {
    let hour = Duration::from_secs(3_600);
    let mut limiter = Limiter::new(Limit {
        burst: 5,
        every: hour,
    });
    assert!(allowed(limiter.take(&0, 5, START)));
    for visitor in 1..=20_000 {
        let decision = limiter.take(&visitor, 1, START + ms(1) * visitor);
        assert_eq!(decision, Decision::Allowed { left: 4 });
    }
    assert!(
        !allowed(limiter.take(&0, 1, START + hour - ms(1))),
        "key 0 emptied its bucket an hour ago, less a millisecond. A flood of 20,000 other keys must not give it a new one: \
         an attacker can make up keys"
    );
    assert!(allowed(limiter.take(&0, 1, START + hour)));
}

#[test]
fn no_window_holds_more_than_a_burst_and_the_rate() {
    for seed in 1..=20_u64 {
        let mut random = seed;
        let mut limiter = Limiter::new(LIMIT);
        let mut now = START;
        let mut passed: VecDeque<Duration> = VecDeque::new();
        for _ in 0..2_000 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            now += Duration::from_micros(match random >> 60 {
                0 => 1_500_000,
                1 => 199_000,
                _ => (random >> 33) % 60_000,
            });
            if allowed(limiter.take(&"ada", 1, now)) {
                passed.push_back(now);
            }
        }
        for (at, first) in passed.iter().enumerate() {
            for (more, last) in passed.iter().skip(at).enumerate().take(40) {
                let (requests, window) = (more as u128 + 1, *last - *first);
                let most = 5 + window.as_nanos() / LIMIT.every.as_nanos();
                assert!(
                    requests <= most,
                    "seed {seed}: {requests} requests passed within {window:?}; a burst of five and a token each 200 ms \
                     come to {most}"
                );
            }
        }
    }
}
