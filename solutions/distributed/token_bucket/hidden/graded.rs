//! Stories compared with a model that counts every millisecond.

use std::collections::HashMap;
use std::time::Duration;

use token_bucket::{Decision, Limit, Limiter};

struct Choices(u64);

impl Choices {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Buckets hold milliseconds. Each one is refilled each millisecond, by hand.
struct Model {
    burst: u64,
    every: u64,
    now: u64,
    buckets: HashMap<u64, u64>,
}

impl Model {
    fn pass(&mut self, millis: u64) {
        self.now += millis;
        let full = self.burst * self.every;
        for _ in 0..millis {
            for held in self.buckets.values_mut() {
                *held = full.min(*held + 1);
            }
        }
    }

    fn take(&mut self, key: u64, cost: u64) -> Decision {
        if cost > self.burst {
            return Decision::Never;
        }
        let full = self.burst * self.every;
        let held = self.buckets.entry(key).or_insert(full);
        match held.checked_sub(cost * self.every) {
            Some(rest) => {
                *held = rest;
                Decision::Allowed {
                    left: (rest / self.every) as u32,
                }
            }
            None => Decision::Refused {
                retry_after: Duration::from_millis(cost * self.every - *held),
            },
        }
    }
}

#[test]
fn any_limit_is_kept_as_in_a_model() {
    for seed in 1..=200 {
        let mut choices = Choices(seed);
        let mut model = Model {
            burst: 1 + choices.below(6),
            every: 1 + choices.below(50),
            now: 10_000,
            buckets: HashMap::new(),
        };
        let limit = Limit {
            burst: model.burst as u32,
            every: Duration::from_millis(model.every),
        };
        let mut limiter = Limiter::new(limit);
        let mut told = format!("seed {seed}, {limit:?}:");
        // The latest reading is the model's from the first.
        assert_eq!(
            limiter.take(&0, 1, Duration::from_millis(model.now)),
            model.take(0, 1),
            "{told} the first request"
        );
        for _ in 0..100 {
            model.pass(match choices.below(4) {
                0 => 0,
                1 => choices.below(200),
                _ => choices.below(20),
            });
            let (key, cost) = (choices.below(3), 1 + choices.below(model.burst + 1));
            let late = match choices.below(4) {
                0 => choices.below(300),
                _ => 0,
            };
            let reading = model.now - late;
            if late > 0 {
                // Somebody else has shown the limiter the present before.
                let now = Duration::from_millis(model.now);
                assert_eq!(limiter.take(&99, 1, now), model.take(99, 1), "{told}");
            }
            let expected = model.take(key, cost);
            told += &format!(" key {key} takes {cost} at {reading} ms;");
            assert_eq!(
                limiter.take(&key, cost as u32, Duration::from_millis(reading)),
                expected,
                "{told} the latest reading was {} ms",
                model.now
            );
        }
    }
}

#[test]
fn keys_of_other_types_and_other_limits_are_forgotten_too() {
    let mut limiter = Limiter::new(Limit {
        burst: 50,
        every: Duration::from_secs(1),
    });
    let mut most = 0;
    for visitor in 0..60_000_u64 {
        let key = format!("visitor {visitor}");
        let now = Duration::from_millis(20 * visitor);
        let decision = limiter.take(&key, 30, now);
        assert_eq!(decision, Decision::Allowed { left: 20 });
        most = most.max(limiter.keys());
    }
    assert!(
        most <= 2 * 1_501 + 1_000,
        "each bucket is full again after 30 s, in which 1,500 visitors come, and {most} keys were remembered"
    );
}
