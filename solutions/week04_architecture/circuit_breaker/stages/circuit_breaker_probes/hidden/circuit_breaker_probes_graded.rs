//! Stage 3: random stories, beside what the rules say.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use circuit_breaker::{Permit, State};
use support::{assert_state, builder, fail, some, succeed};

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

/// What the rules say, in the plainest form. Opens after two failures in a row, cools down for 10 s.
struct Model {
    state: State,
    failures: u32,
    opened: u64,
    under_way: u32,
    succeeded: u32,
    /// How often it has changed its state.
    changes: u32,
}

impl Model {
    fn change(&mut self, state: State) {
        self.state = state;
        (self.failures, self.under_way, self.succeeded) = (0, 0, 0);
        self.changes += 1;
    }

    fn state(&self, now: u64) -> State {
        if self.state == State::Open && now >= self.opened + 10_000 {
            State::HalfOpen
        } else {
            self.state
        }
    }

    fn admits(&mut self, now: u64, probes: u32) -> bool {
        if self.state != self.state(now) {
            self.change(State::HalfOpen);
        }
        let admits = match self.state {
            State::Closed => true,
            State::Open => false,
            State::HalfOpen => self.under_way + self.succeeded < probes,
        };
        self.under_way += u32::from(admits);
        admits
    }

    fn ends(&mut self, result: Option<bool>, now: u64, probes: u32) {
        self.under_way = self.under_way.saturating_sub(1);
        match (self.state, result) {
            (_, None) | (State::Open, _) => {}
            (State::Closed, Some(true)) => self.failures = 0,
            (State::HalfOpen, Some(true)) => {
                self.succeeded += 1;
                if self.succeeded == probes {
                    self.change(State::Closed);
                }
            }
            (state, Some(false)) => {
                self.failures += 1;
                if state == State::HalfOpen || self.failures == 2 {
                    self.change(State::Open);
                    self.opened = now;
                }
            }
        }
    }
}

#[test]
fn each_step_of_each_story_is_as_the_rules_say() {
    for seed in 1..=80 {
        let mut dice = Dice(seed * 0x9E37_79B9);
        let probes = 1 + dice.below(3) as u32;
        let (clock, builder) = builder();
        let breaker = builder.failures(some(2)).probes(some(probes)).build();
        let mut model = Model {
            state: State::Closed,
            failures: 0,
            opened: 0,
            under_way: 0,
            succeeded: 0,
            changes: 0,
        };
        let mut calls: Vec<(Permit, u32)> = Vec::new();
        let mut now = 0;
        for step in 0..300 {
            let pass = [0, 0, 1, 900, 4_000, 11_000][dice.below(6) as usize];
            clock.advance(pass);
            now += pass;
            if dice.below(2) == 0 || calls.is_empty() {
                let permit = breaker.acquire().ok();
                let expected = model.admits(now, probes);
                assert_eq!(
                    permit.is_some(),
                    expected,
                    "seed {seed}, step {step}: whether a call is let through, with {probes} probes, where the circuit \
                     is {:?}, {} calls of this state are under way and {} have succeeded",
                    model.state,
                    model.under_way - u32::from(expected),
                    model.succeeded
                );
                calls.extend(permit.map(|permit| (permit, model.changes)));
            } else {
                let (permit, changes) = calls.swap_remove(dice.below(calls.len() as u64) as usize);
                let result = [None, Some(true), Some(true), Some(false)][dice.below(4) as usize];
                match result {
                    None => drop(permit),
                    Some(true) => permit.succeeded(),
                    Some(false) => permit.failed(),
                }
                if changes == model.changes {
                    model.ends(result, now, probes);
                }
            }
            assert_state(
                &breaker,
                model.state(now),
                &format!("seed {seed}, step {step}, with {probes} probes"),
            );
        }
    }
}

#[test]
fn places_are_counted_right_by_many_threads() {
    const THREADS: usize = 6;
    let (clock, builder) = builder();
    let breaker = builder.failures(some(1)).probes(some(2)).build();
    fail(&breaker, 1);
    clock.advance(10_000);
    let (start, at_once) = (Barrier::new(THREADS), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                start.wait();
                for _ in 0..500 {
                    if let Ok(permit) = breaker.acquire() {
                        let others = at_once.fetch_add(1, Ordering::SeqCst);
                        assert!(
                            others < 2,
                            "{others} probes are under way, of 2, and one more was let through"
                        );
                        at_once.fetch_sub(1, Ordering::SeqCst);
                        drop(permit);
                    }
                }
            });
        }
    });
    succeed(&breaker, 2);
    assert_state(
        &breaker,
        State::Closed,
        "all places were given back, and two probes succeeded",
    );
}
