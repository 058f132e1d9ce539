//! What is sent, how, and what becomes of it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// How to send. Everything is private and checked, so there may be more of it one day.
#[derive(Debug, Clone)]
pub struct Options {
    key: String,
    timeout: Duration,
    attempts: u32,
    tenant: Option<String>,
}

impl Options {
    /// Ten seconds for an attempt, and three attempts.
    pub fn new(key: &str) -> Self {
        Options {
            key: key.to_owned(),
            timeout: Duration::from_secs(10),
            attempts: 3,
            tenant: None,
        }
    }

    /// How often to try.
    ///
    /// # Errors
    ///
    /// It can't be tried less than once.
    pub fn attempts(mut self, attempts: u32) -> Result<Self, SendError> {
        if attempts == 0 {
            return Err(SendError::new("no attempt at all", None));
        }
        self.attempts = attempts;
        Ok(self)
    }

    /// Gives each attempt so much time.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// For whom messages are signed, if that is not the owner of the key.
    ///
    /// # Errors
    ///
    /// A name is not empty.
    pub fn tenant(mut self, tenant: &str) -> Result<Self, SendError> {
        if tenant.is_empty() {
            return Err(SendError::new("a tenant without a name", None));
        }
        self.tenant = Some(tenant.to_owned());
        Ok(self)
    }

    pub(crate) fn parts(&self) -> (&str, Duration, u32) {
        (&self.key, self.timeout, self.attempts)
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The other side has it.
    Accepted,
    /// The other side does not want it.
    Refused,
    /// The other side has had it before.
    Duplicate,
}

/// A message in several parts, one at least.
#[derive(Debug, Clone)]
pub struct Batch {
    parts: Vec<Value>,
}

impl Batch {
    /// A batch of one part.
    pub fn new(first: Value) -> Self {
        Batch { parts: vec![first] }
    }

    /// Adds a part.
    pub fn push(&mut self, part: Value) {
        self.parts.push(part);
    }

    pub(crate) fn body(&self) -> String {
        Value::Array(self.parts.clone()).to_string()
    }
}

/// Why a message was not sent.
#[derive(Debug)]
pub struct SendError {
    reason: &'static str,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl SendError {
    pub(crate) fn new(reason: &'static str, cause: Option<Box<dyn Error + Send + Sync>>) -> Self {
        SendError { reason, cause }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl Error for SendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause = self.cause.as_deref()?;
        Some(cause)
    }
}

mod sealed {
    pub trait Sealed {}
}

/// Signs messages.
pub trait Signer: sealed::Sealed {
    /// The signature of a message.
    fn sign(&self, body: &str) -> String;

    /// For whom it signs.
    fn tenant(&self) -> Option<&str>;
}

impl sealed::Sealed for Options {}

impl Signer for Options {
    fn sign(&self, body: &str) -> String {
        // Stands for an HMAC; the sum is not the point here.
        let tenant = self.tenant.as_deref().unwrap_or_default();
        let bytes = self.key.bytes().chain(tenant.bytes()).chain(body.bytes());
        let sum: u64 = bytes.map(u64::from).sum();
        format!("{sum:x}")
    }

    fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }
}
