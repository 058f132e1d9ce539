//! What is needed of a place for copies.

use std::time::Duration;

use super::Pending;

/// Keeps copies, for a while and as far as there is room: what was put in may be gone at any time.
///
/// Whoever finds nothing gets a lease, with which they may put something there, unless the key has been emptied
/// meanwhile. So what was read before a change can't take its place after it, however slow the reader, and
/// whichever process has made the change.
pub trait CacheStore: Send + Sync {
    /// What is kept under the key.
    fn look<'a>(&'a self, key: &'a str) -> Pending<'a, Looked>;

    /// Puts a value there, which nobody needs for longer than `keep`. If the lease is over, nothing happens.
    fn fill<'a>(
        &'a self,
        key: &'a str,
        lease: Lease,
        value: Vec<u8>,
        keep: Duration,
    ) -> Pending<'a, ()>;

    /// Empties the key, and ends its lease.
    fn remove<'a>(&'a self, key: &'a str) -> Pending<'a, ()>;
}

/// What is kept under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// This.
    Copy(Vec<u8>),
    /// Nothing, and whoever looked may fill it.
    Vacant(Lease),
    /// Nothing, and somebody else is about to fill it.
    Taken,
}

/// The right to fill a key. No two are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease(pub u64);
