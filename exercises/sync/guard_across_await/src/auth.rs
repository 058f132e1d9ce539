//! What the provider hands out, and how it is asked.

use std::error::Error;
use std::fmt;

use tokio::time::Instant;

/// What a session is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Goes with each request, until it expires.
    pub access: String,
    /// Gets the next tokens. The provider takes it once.
    pub refresh: String,
    /// From this moment on `access` is refused.
    pub expires: Instant,
}

/// The provider gave no tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What it said.
    pub reason: String,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no new tokens: {}", self.reason)
    }
}

impl Error for Denied {}

/// Hands out tokens. In production that is a request to the provider.
pub trait Authority: Send + Sync {
    /// New tokens for a refresh token.
    fn refresh(&self, refresh: &str) -> impl Future<Output = Result<Tokens, Denied>> + Send;
}
