//! What the price cache stands on, and what others rely on. Not part of the change.
//!
//! Everything here is called from many threads. Locks of `Cache` are taken in one order: `entries`, then
//! `listeners`. Nobody may wait for long: a page of the shop asks for forty prices.

use crate::cache::Cache;

/// The wholesaler. A call takes up to two seconds and costs a cent, so forty pages that ask for a new article
/// at the same time are to make one call of it. A call may panic: the client is old.
pub trait Source: Send + Sync {
    fn price(&self, sku: &str) -> Result<u64, Unavailable>;
}

/// There is no price now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

/// Is told of changed prices, on the thread that changed them. Most of them ask the cache for other prices
/// then. It is called for the articles that are there when it subscribes, too.
pub trait Listener: Send + Sync {
    fn changed(&self, cache: &Cache, sku: &str);
}

/// Rules for the last digits of a price. They come from a file of the marketing department, so a call reads a
/// disk.
pub trait Rounding: Send + Sync {
    fn round(&self, cents: u64) -> u64;
}

/// Figures for a graph. Setting one is a single store to an atomic: no lock, no allocation.
pub trait Gauges: Send + Sync {
    fn set(&self, name: &'static str, value: usize);
}
