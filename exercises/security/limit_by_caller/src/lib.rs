//! Limits how often a caller may ask.

mod bucket;

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

pub use bucket::{Bucket, Rate};

/// What is known of a request before it is answered.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who has opened the connection to us.
    pub peer: IpAddr,
    /// The lines of `X-Forwarded-For`, in order. Each proxy appends the address of its peer: to the last line,
    /// after a comma, or as a line of its own.
    pub forwarded_for: &'a [&'a str],
    /// Who asks, if a session or a token has proven it.
    pub user: Option<&'a str>,
}

/// Counts for each caller.
#[derive(Debug)]
pub struct Limiter {
    rate: Rate,
    buckets: HashMap<String, Bucket>,
}

impl Limiter {
    /// A limiter behind these proxies of ours.
    #[must_use]
    pub fn new(_proxies: &[IpAddr], rate: Rate) -> Self {
        Self {
            rate,
            buckets: HashMap::new(),
        }
    }

    /// Lets a request through.
    ///
    /// # Errors
    ///
    /// How long its caller should wait.
    pub fn admit(&mut self, request: &Request<'_>, now: Duration) -> Result<(), Duration> {
        let caller = match request.forwarded_for.first() {
            Some(line) => line.split(',').next().unwrap_or_default().to_owned(),
            None => request.peer.to_string(),
        };
        let bucket = self.buckets.entry(caller);
        let bucket = bucket.or_insert_with(|| Bucket::full(now));
        bucket.take(now, self.rate)
    }

    /// How many callers it remembers.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.buckets.len()
    }
}
