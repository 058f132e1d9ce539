//! Hands out access tokens, and gets new ones when they expire.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::auth::{Authority, Denied, Tokens};

/// A session with the provider, shared by all that send requests to it.
#[derive(Debug)]
pub struct Session<A> {
    authority: A,
    /// Held while the provider is asked, so that one refresh token is used once. Such a section has an
    /// `.await` in it, and that is what tokio's mutex is for: waiting for it does not block the thread.
    tokens: tokio::sync::Mutex<Tokens>,
    /// Touched briefly and never across an `.await`, so std's is right: `calls` needs no runtime, and waits
    /// for no request.
    calls: Mutex<BTreeMap<String, u64>>,
}

impl<A: Authority> Session<A> {
    /// A session that starts from these tokens, expired or not.
    #[must_use]
    pub fn new(authority: A, tokens: Tokens) -> Self {
        Self {
            authority,
            tokens: tokio::sync::Mutex::new(tokens),
            calls: Mutex::new(BTreeMap::new()),
        }
    }

    /// A token that has not expired, for the caller of this name.
    ///
    /// While one caller gets new tokens, the others wait and share them. A caller that is dropped meanwhile
    /// gives its turn to the next.
    ///
    /// # Errors
    ///
    /// If new tokens are needed and the provider gives none. The next call asks again.
    pub async fn bearer(&self, caller: &str) -> Result<String, Denied> {
        self.count(caller);
        let mut tokens = self.tokens.lock().await;
        // Asked under the lock: whoever waited for it finds the new tokens here.
        if tokens.expires <= Instant::now() {
            *tokens = self.authority.refresh(&tokens.refresh).await?;
        }
        Ok(tokens.access.clone())
    }

    /// How often each caller has asked so far, by name. For the page of metrics.
    ///
    /// Waits for no refresh.
    #[must_use]
    pub fn calls(&self) -> Vec<(String, u64)> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().map(|(name, n)| (name.clone(), *n)).collect()
    }

    fn count(&self, caller: &str) {
        // The guard is gone at the end of this function, which has no `.await` it could live across.
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(caller.to_owned()).or_default() += 1;
    }
}
