//! Hands out access tokens, and gets new ones when they expire.

use std::collections::BTreeMap;
use std::ops::DerefMut;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::auth::{Authority, Denied, Tokens};

/// A session with the provider, shared by all that send requests to it.
#[derive(Debug)]
pub struct Session<A> {
    authority: A,
    state: Mutex<State>,
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
        Self {
            authority,
            state: Mutex::new(State {
                tokens,
                calls: BTreeMap::new(),
            }),
        }
    }

    /// A token that has not expired, for the caller of this name.
    ///
    /// # Errors
    ///
    /// If new tokens are needed and the provider gives none. The next call asks again.
    pub async fn bearer(&self, caller: &str) -> Result<String, Denied> {
        let refresh = {
            let mut state = self.state();
            *state.calls.entry(caller.to_owned()).or_default() += 1;
            if Instant::now() < state.tokens.expires {
                return Ok(state.tokens.access.clone());
            }
            state.tokens.refresh.clone()
        };
        let fresh = self.authority.refresh(&refresh).await?;
        let mut state = self.state();
        state.tokens = fresh;
        Ok(state.tokens.access.clone())
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

    fn state(&self) -> impl DerefMut<Target = State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
