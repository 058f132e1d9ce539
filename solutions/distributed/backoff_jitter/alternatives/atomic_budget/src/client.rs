//! Calls, and calls again.

use std::sync::atomic::{AtomicU64, Ordering};
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
    /// In hundredths of a retry.
    saved: AtomicU64,
}

impl Client {
    /// A client whose chances come from `seed`.
    pub fn new(policy: Policy, seed: u64) -> Self {
        Self {
            policy,
            dice: Mutex::new(Dice::new(seed)),
            saved: AtomicU64::new(policy.reserve_in_hundredths()),
        }
    }

    /// Makes a call, and again when it fails and another try makes sense.
    ///
    /// # Errors
    ///
    /// The failure of the last attempt.
    pub async fn call<T, F, Fut>(&self, effect: Effect, mut operation: F) -> Result<T, Failure>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, Failure>>,
    {
        self.save();
        let mut attempts = 1;
        loop {
            let failure = match operation().await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            // The budget comes last: what is not worth a retry must not pay for one.
            let again =
                failure.may_be_repeated(effect) && attempts < self.policy.attempts && self.spend();
            if !again {
                return Err(failure);
            }
            sleep(self.wait(attempts)).await;
            attempts += 1;
        }
    }

    /// The wait before the retry with this number, from 1.
    fn wait(&self, retry: u32) -> Duration {
        let doubled = self
            .policy
            .first
            .saturating_mul(2_u32.saturating_pow(retry - 1));
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        dice.up_to(doubled.min(self.policy.cap))
    }

    // Relaxed in both: the number guards no other memory.
    fn save(&self) {
        let most = self.policy.reserve_in_hundredths();
        let percent = u64::from(self.policy.percent);
        self.saved
            .update(Ordering::Relaxed, Ordering::Relaxed, |saved| {
                saved.saturating_add(percent).min(most)
            });
    }

    fn spend(&self) -> bool {
        self.saved
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |saved| {
                saved.checked_sub(100)
            })
            .is_ok()
    }
}

impl Policy {
    fn reserve_in_hundredths(self) -> u64 {
        u64::from(self.reserve) * 100
    }
}

impl Failure {
    fn may_be_repeated(self, effect: Effect) -> bool {
        match self {
            Self::Refused => true,
            Self::NoAnswer => effect == Effect::Repeatable,
            Self::Invalid => false,
        }
    }
}
