//! Hands out access tokens, and gets new ones when they expire.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::auth::{Authority, Denied, Tokens};

/// A session with the provider, shared by all that send requests to it.
#[derive(Debug)]
pub struct Session<A> {
    authority: A,
    /// Never held across an `.await`.
    state: Mutex<State>,
    /// One permit: whoever has it may ask the provider.
    refreshing: Semaphore,
}

#[derive(Debug)]
struct State {
    tokens: Tokens,
    calls: BTreeMap<String, u64>,
}

impl<A: Authority> Session<A> {
    /// A session that starts from these tokens, expired or not.
    #[must_use]
    pub fn new(authority: A, tokens: Tokens) -> Self {
        let calls = BTreeMap::new();
        Self {
            authority,
            state: Mutex::new(State { tokens, calls }),
            refreshing: Semaphore::new(1),
        }
    }

    /// A token that has not expired, for the caller of this name.
    ///
    /// # Errors
    ///
    /// If new tokens are needed and the provider gives none. The next call asks again.
    pub async fn bearer(&self, caller: &str) -> Result<String, Denied> {
        *self.state().calls.entry(caller.to_owned()).or_default() += 1;
        if let Some(access) = self.state().valid() {
            return Ok(access);
        }
        let _turn = self.refreshing.acquire().await.expect("it is never closed");
        // Again: somebody may have refreshed while this waited for its turn.
        let refresh = {
            let state = self.state();
            if let Some(access) = state.valid() {
                return Ok(access);
            }
            state.tokens.refresh.clone()
        };
        let fresh = self.authority.refresh(&refresh).await?;
        let access = fresh.access.clone();
        self.state().tokens = fresh;
        Ok(access)
    }

    /// How often each caller has asked so far, by name. For the page of metrics.
    #[must_use]
    pub fn calls(&self) -> Vec<(String, u64)> {
        let state = self.state();
        state
            .calls
            .iter()
            .map(|(name, n)| (name.clone(), *n))
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn valid(&self) -> Option<String> {
        (Instant::now() < self.tokens.expires).then(|| self.tokens.access.clone())
    }
}
