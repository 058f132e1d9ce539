//! A crowd of clients and a service that is down, in tokio's time, which tests pause. Nothing here is
//! left to chance but what a seed decides, so a run that failed can be run again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::{Client, Effect, Failure, Policy};

/// Arrivals are counted in slots of this length.
pub const SLOT: Duration = Duration::from_millis(100);

/// A service that is down at first. Once it is up, it falls over again when too much arrives at once:
/// its caches are cold.
#[derive(Debug)]
pub struct Service {
    begun: Instant,
    falls_above: usize,
    down_for: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    up_at: Instant,
    arrivals: Vec<usize>,
    falls: usize,
}

impl Service {
    /// Down for `down_for` from now on, and again for so long whenever more than `falls_above` requests
    /// arrive in one slot.
    pub fn new(down_for: Duration, falls_above: usize) -> Arc<Self> {
        let begun = Instant::now();
        Arc::new(Self {
            begun,
            falls_above,
            down_for,
            state: Mutex::new(State {
                up_at: begun + down_for,
                arrivals: Vec::new(),
                falls: 0,
            }),
        })
    }

    /// A request arrives.
    ///
    /// # Errors
    ///
    /// `Failure::Refused`, while the service is down.
    pub fn request(&self) -> Result<(), Failure> {
        let now = Instant::now();
        let slot = ((now - self.begun).as_millis() / SLOT.as_millis()) as usize;
        let mut state = self.state();
        if state.arrivals.len() <= slot {
            state.arrivals.resize(slot + 1, 0);
        }
        state.arrivals[slot] += 1;
        if now < state.up_at {
            return Err(Failure::Refused);
        }
        if state.arrivals[slot] > self.falls_above {
            state.falls += 1;
            state.up_at = now + self.down_for;
            return Err(Failure::Refused);
        }
        Ok(())
    }

    /// How many requests arrived in each slot.
    pub fn arrivals(&self) -> Vec<usize> {
        self.state().arrivals.clone()
    }

    /// How often the service fell over again.
    pub fn falls(&self) -> usize {
        self.state().falls
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets so many clients call at the same moment, each with a seed of its own. Returns how many of them
/// got an answer.
pub async fn crowd(clients: u64, policy: Policy, seed: u64, service: &Arc<Service>) -> usize {
    let mut calls = JoinSet::new();
    for number in 0..clients {
        let client = Client::new(policy, seed.wrapping_mul(1_000_003).wrapping_add(number));
        let service = Arc::clone(service);
        calls.spawn(async move {
            client
                .call(Effect::Repeatable, || async { service.request() })
                .await
        });
    }
    let outcomes = calls.join_all().await;
    outcomes.into_iter().filter(Result::is_ok).count()
}
