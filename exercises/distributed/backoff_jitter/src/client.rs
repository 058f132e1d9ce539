//! Calls, and calls again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use crate::Dice;

/// How often and when a call is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// A call is made so often at most, the first time included. Not zero.
    pub attempts: u32,
    /// The first retry waits up to this long.
    pub first: Duration,
    /// The limit doubles with each retry of a call, up to this.
    pub cap: Duration,
    /// How many retries a client may save up. It starts with so many.
    pub reserve: u32,
    /// Each call that begins adds so many hundredths of a retry.
    pub percent: u32,
}

/// What a call does if it is made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The same as once.
    Repeatable,
    /// Something that must not be done twice.
    Once,
}

/// Why a call has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Certainly not carried out, for a passing reason.
    Refused,
    /// There was no answer: it may have been carried out.
    NoAnswer,
    /// The request is wrong, and will be next time.
    Invalid,
}

/// Calls one service. Shared by all who call it.
#[derive(Debug)]
pub struct Client {
    policy: Policy,
    dice: Mutex<Dice>,
}

impl Client {
    /// A client whose chances come from `seed`.
    pub fn new(policy: Policy, seed: u64) -> Self {
        Self {
            policy,
            dice: Mutex::new(Dice::new(seed)),
        }
    }

    /// Makes a call, and again when it fails and another try makes sense.
    ///
    /// # Errors
    ///
    /// The failure of the last attempt.
    pub async fn call<T, F, Fut>(&self, _effect: Effect, mut operation: F) -> Result<T, Failure>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        let mut wait = self.policy.first;
        let mut attempts = 1;
        loop {
            match operation().await {
                Err(Failure::Refused | Failure::NoAnswer) if attempts < self.policy.attempts => {}
                outcome => return outcome,
            }
            // A tenth of chance, so that clients do not all come back at once.
            sleep(wait + self.up_to(wait / 10)).await;
            wait *= 2;
            attempts += 1;
        }
    }

    fn up_to(&self, most: Duration) -> Duration {
        self.dice
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .up_to(most)
    }
}
