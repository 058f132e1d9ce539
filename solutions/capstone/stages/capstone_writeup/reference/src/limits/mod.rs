//! How much each caller may ask for.
//!
//! A limit is worth what its key is worth: whoever can choose another key has no limit, and whoever shares one
//! has somebody else's. So a key is a user who has been identified, or an address that a machine of ours has
//! seen, and never what a client says of itself.
//!
//! Architecture invariant: nothing here knows of requests. It is told who asks, and what that costs.

mod address;
mod buckets;
mod rate;

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use address::{InvalidNetwork, Network};
use buckets::{Buckets, Place};
pub use rate::Rate;

use crate::domain::UserId;
use crate::ports::Clock;

/// What an operator decides about limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitSettings {
    /// For each user. Default: 600 in a minute; `None` is no limit.
    pub user: Option<Rate>,
    /// For each address, of what nobody who is known has asked. Default: 600 in a minute; `None` is no limit.
    pub address: Option<Rate>,
    /// Whose word on whom they speak for is believed. Default: nobody's.
    pub trusted_proxies: Vec<Network>,
    /// How many users, and as many addresses, are remembered at the most. Default: 100,000.
    pub remembered: usize,
}

impl Default for LimitSettings {
    fn default() -> Self {
        let rate = Rate::new(600, Duration::from_secs(60));
        Self {
            user: rate,
            address: rate,
            trusted_proxies: Vec::new(),
            remembered: 100_000,
        }
    }
}

/// Keeps count of what callers have asked for.
pub struct Limits {
    users: Option<Limit<UserId>>,
    addresses: Option<Limit<IpAddr>>,
    trusted_proxies: Vec<Network>,
    clock: Arc<dyn Clock>,
}

/// One rate, and a bucket of it for each key. Users and addresses have one each: a flood of the one kind takes no
/// place away from the other.
struct Limit<K> {
    policy: &'static str,
    rate: Rate,
    buckets: Mutex<Buckets<K>>,
}

impl Limits {
    /// Nobody has asked for anything yet.
    pub fn new(settings: LimitSettings, clock: Arc<dyn Clock>) -> Self {
        let LimitSettings {
            user,
            address,
            trusted_proxies,
            remembered,
        } = settings;
        Self {
            users: user.map(|rate| Limit::new("user", rate, remembered)),
            addresses: address.map(|rate| Limit::new("address", rate, remembered)),
            trusted_proxies,
            clock,
        }
    }

    /// How many users and addresses are remembered.
    pub fn remembered(&self) -> usize {
        let users = self.users.as_ref().map_or(0, |it| it.buckets().len());
        let addresses = self.addresses.as_ref().map_or(0, |it| it.buckets().len());
        users + addresses
    }

    /// The address that asks, where `peer` has opened the connection and has sent these lines of
    /// `x-forwarded-for`.
    pub(crate) fn address<'l, L>(&self, peer: IpAddr, lines: L) -> IpAddr
    where
        L: DoubleEndedIterator<Item = &'l str>,
    {
        address::subscriber(address::asking(peer, lines, &self.trusted_proxies))
    }

    /// Lets an address pay. What it paid can be given back.
    pub(crate) fn charge_address(&self, address: IpAddr, cost: u32) -> Result<Toll, Refusal> {
        let Some(limit) = &self.addresses else {
            return Ok(Toll {
                standing: None,
                paid: None,
            });
        };
        let (standing, place) = limit.take(address, cost, self.now())?;
        let paid = Paid {
            address,
            cost,
            place,
        };
        Ok(Toll {
            standing: Some(standing),
            paid: Some(paid),
        })
    }

    /// Gives an address back what it paid.
    pub(crate) fn give_back(&self, toll: Toll) {
        if let (Some(limit), Some(paid)) = (&self.addresses, toll.paid) {
            let now = self.now();
            limit
                .buckets()
                .give_back(paid.address, paid.cost, paid.place, now);
        }
    }

    /// Lets a user pay.
    pub(crate) fn charge_user(&self, user: UserId, cost: u32) -> Result<Option<Standing>, Refusal> {
        let Some(limit) = &self.users else {
            return Ok(None);
        };
        let (standing, _) = limit.take(user, cost, self.now())?;
        Ok(Some(standing))
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.clock.now().millis())
    }
}

impl<K: Copy + Ord + Hash> Limit<K> {
    fn new(policy: &'static str, rate: Rate, remembered: usize) -> Self {
        Self {
            policy,
            rate,
            buckets: Mutex::new(Buckets::new(rate, remembered)),
        }
    }

    fn take(&self, key: K, cost: u32, now: Duration) -> Result<(Standing, Place), Refusal> {
        let taken = self.buckets().take(key, cost, now);
        let standing = |level: buckets::Level| Standing {
            policy: self.policy,
            rate: self.rate,
            left: level.left,
            next: level.next,
        };
        match taken {
            Ok((level, place)) => Ok((standing(level), place)),
            Err((level, retry_after)) => Err(Refusal {
                standing: standing(level),
                retry_after,
            }),
        }
    }
}

impl<K> Limit<K> {
    fn buckets(&self) -> MutexGuard<'_, Buckets<K>> {
        // No code of ours panics under this lock.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a caller stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Which limit it is.
    pub(crate) policy: &'static str,
    pub(crate) rate: Rate,
    /// What the caller can still spend.
    pub(crate) left: u32,
    /// When there is one more.
    pub(crate) next: Duration,
}

/// A request that was too much. Nothing was taken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) standing: Standing,
    /// When the same request would not be, if the caller asks for nothing else.
    pub(crate) retry_after: Duration,
}

/// What an address has paid.
#[derive(Debug)]
pub(crate) struct Toll {
    /// `None` if there is no limit.
    pub(crate) standing: Option<Standing>,
    paid: Option<Paid>,
}

#[derive(Debug)]
struct Paid {
    address: IpAddr,
    cost: u32,
    place: Place,
}
