//! A network in simulated time. It loses, doubles, delays and reorders messages as a seed decides, so the
//! same seed always does the same.

use std::collections::BTreeMap;
use std::time::Duration;

/// Numbers that a seed decides (a linear congruential generator with Knuth's constants).
#[derive(Debug, Clone)]
pub struct Choices(u64);

impl Choices {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to `n - 1`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// What is under way.
#[derive(Debug)]
pub struct Network<M> {
    choices: Choices,
    max_delay: Duration,
    loses: u64,
    under_way: BTreeMap<(Duration, u64), M>,
    sent: u64,
}

impl<M: Clone> Network<M> {
    /// A network that delays by at most `max_delay` and loses so many messages of a hundred.
    pub fn new(seed: u64, max_delay: Duration, loses: u64) -> Self {
        Self {
            choices: Choices::new(seed),
            max_delay,
            loses,
            under_way: BTreeMap::new(),
            sent: 0,
        }
    }

    /// Sends a message. It arrives never, once or twice, each time after a delay of its own.
    pub fn send(&mut self, now: Duration, message: M) {
        let copies = match self.choices.below(100) {
            n if n < self.loses => 0,
            95.. => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let most = self.max_delay.as_millis() as u64;
            let delay = Duration::from_millis(self.choices.below(most + 1));
            self.sent += 1;
            self.under_way
                .insert((now + delay, self.sent), message.clone());
        }
    }

    /// What arrives next, and when, if that is no later than `until`.
    pub fn next(&mut self, until: Duration) -> Option<(Duration, M)> {
        let first = self.under_way.first_entry()?;
        let at = first.key().0;
        (at <= until).then(|| (at, first.remove()))
    }
}
