//! Limits how often a caller may ask.
//!
//! A limit is worth what its key is worth: whoever can choose another key has no limit, and whoever shares one
//! has somebody else's. So a key is made only of what a session has proven or what one of our own machines has seen.

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

/// Who is limited.
type Caller = String;

/// Counts for each caller.
#[derive(Debug)]
pub struct Limiter {
    proxies: Vec<IpAddr>,
    rate: Rate,
    buckets: HashMap<Caller, Bucket>,
    /// With so many callers it is time to look who can be forgotten.
    sweep_at: usize,
}

/// Below that, looking is not worth it.
const FEW: usize = 64;

impl Limiter {
    /// A limiter behind these proxies of ours.
    #[must_use]
    pub fn new(proxies: &[IpAddr], rate: Rate) -> Self {
        Self {
            proxies: proxies.iter().map(IpAddr::to_canonical).collect(),
            rate,
            buckets: HashMap::new(),
            sweep_at: FEW,
        }
    }

    /// Lets a request through.
    ///
    /// # Errors
    ///
    /// How long its caller should wait.
    pub fn admit(&mut self, request: &Request<'_>, now: Duration) -> Result<(), Duration> {
        if self.buckets.len() >= self.sweep_at {
            // A full bucket says nothing that a missing one does not, so this gives nobody anything. At twice what
            // remains: each caller is looked at a bounded number of times, however many there are.
            self.buckets.retain(|_, bucket| !bucket.is_full(now));
            self.sweep_at = FEW.max(self.buckets.len() * 2);
        }
        let caller = self.caller(request);
        let bucket = self.buckets.entry(caller);
        let bucket = bucket.or_insert_with(|| Bucket::full(now));
        bucket.take(now, self.rate)
    }

    /// How many callers it remembers.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.buckets.len()
    }

    fn caller(&self, request: &Request<'_>) -> Caller {
        match request.user {
            // By name and not by address: an office is many users, and a user has many addresses.
            Some(user) => user.to_owned(),
            None => self.address(request).to_string(),
        }
    }

    /// The last address that one of our own machines has seen. Right to left: what a proxy of ours appended is true,
    /// and what was in the header before that is whatever the client wrote.
    fn address(&self, request: &Request<'_>) -> IpAddr {
        let mut known = request.peer.to_canonical();
        let lines = request.forwarded_for.iter().rev();
        let mut seen = lines.flat_map(|line| line.rsplit(','));
        while self.proxies.contains(&known) {
            // A proxy of ours that has told us nothing we understand is the caller itself, and is limited.
            let Some(Ok(address)) = seen.next().map(|text| text.trim().parse::<IpAddr>()) else {
                break;
            };
            known = address.to_canonical();
        }
        known
    }
}
