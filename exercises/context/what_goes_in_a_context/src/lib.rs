//! The checkout as it is today: one bag goes everywhere, and everybody takes out of it what they need.

mod bag;

use std::time::{Duration, Instant};

pub use bag::Bag;

/// Connections to the database, for all requests.
#[derive(Clone)]
pub struct Pool;

/// Where the time comes from; tests have one of their own.
#[derive(Clone)]
pub struct Clock;

/// Who the request is for. Decides which rows it may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(pub String);

/// What the log formatter prints in front of each line.
#[derive(Clone)]
pub struct RequestId(pub u64);

/// When the page stops waiting.
#[derive(Clone)]
pub struct Deadline(pub Instant);

/// An open transaction. `save_order` and `save_lines` have to write in the same one.
#[derive(Clone)]
pub struct Transaction;

/// A logger that adds the request's id and its tenant to each line.
#[derive(Clone)]
pub struct Logger;

/// What the browser has sent as its credential. The middleware has looked up the user by it.
#[derive(Clone)]
pub struct SessionToken(pub String);

/// Says that the client has hung up.
#[derive(Clone)]
pub struct HungUp;

/// The orders of a tenant.
pub fn orders(bag: &Bag) -> Vec<String> {
    let _pool = bag.get::<Pool>();
    // It has to compile without a tenant as well, so somebody had to decide what that means.
    let tenant = bag.get::<Tenant>();
    let tenant = tenant.map_or("default", |Tenant(name)| name.as_str());
    vec![format!("select … where tenant = '{tenant}'")]
}

/// How long the caller waits.
pub fn patience(bag: &Bag) -> Option<Duration> {
    bag.get::<Duration>().copied()
}
