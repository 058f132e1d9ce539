//! The registry: what it was told, and what it answers.

use std::collections::BTreeMap;
use std::time::Duration;

/// What everybody has agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// A heartbeat holds for this long after it has arrived.
    pub ttl: Duration,
    /// No message arrives later than this after it was sent.
    pub max_delay: Duration,
    /// No answer may be used for longer than this.
    pub max_age: Duration,
}

/// A message from a process that offers a service. The network may delay it, double it, and let a later
/// one overtake it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Where the process listens. Addresses are used again, also by other services.
    pub address: String,
    /// What it offers.
    pub service: String,
    /// Which process it is. One that is started later at the same address has a greater number.
    pub incarnation: u64,
    /// Grows with each message of a process.
    pub number: u64,
    /// What it has to say.
    pub says: Says,
}

/// What a process says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// A heartbeat: it is there, and can do its work.
    Healthy,
    /// A heartbeat: it is there, but should get no work now.
    Unhealthy,
    /// It is about to end. That is its last message.
    Resigns,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It is the latest that is known of its address.
    Taken,
    /// Something at least as new had arrived before, so it has changed nothing.
    Old,
}

/// Where a service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// In order.
    pub addresses: Vec<String>,
    /// For so long the answer may be used without asking again.
    pub valid_for: Duration,
}

/// Who offers what. Times are readings of the registry's own clock.
#[derive(Debug)]
pub struct Registry {
    config: Config,
    entries: BTreeMap<(String, String), Entry>,
}

#[derive(Debug)]
struct Entry {
    healthy: bool,
    seen: Duration,
}

impl Registry {
    /// Nobody offers anything yet.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            entries: BTreeMap::new(),
        }
    }

    /// A message has arrived.
    pub fn receive(&mut self, news: News, now: Duration) -> Reply {
        let key = (news.service, news.address);
        match news.says {
            Says::Resigns => {
                self.entries.remove(&key);
            }
            Says::Healthy | Says::Unhealthy => {
                let entry = Entry {
                    healthy: news.says == Says::Healthy,
                    seen: now,
                };
                self.entries.insert(key, entry);
            }
        }
        Reply::Taken
    }

    /// Where `service` is offered now.
    pub fn lookup(&self, service: &str, _now: Duration) -> Answer {
        let addresses = self
            .entries
            .iter()
            .filter(|((offered, _), entry)| offered == service && entry.healthy)
            .map(|((_, address), _)| address.clone())
            .collect();
        Answer {
            addresses,
            valid_for: self.config.max_age,
        }
    }

    /// Forgets what is over. Called once a minute.
    pub fn sweep(&mut self, now: Duration) {
        let ttl = self.config.ttl;
        self.entries.retain(|_, entry| now < entry.seen + ttl);
    }

    /// Of how many addresses something is remembered.
    pub fn remembered(&self) -> usize {
        self.entries.len()
    }
}
