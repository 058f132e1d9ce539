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
    // By address alone: an address has one process at a time, whatever it offers.
    latest: BTreeMap<String, Latest>,
}

/// The latest news of an address, and when it arrived.
#[derive(Debug)]
struct Latest {
    news: News,
    arrived: Duration,
}

impl Registry {
    /// Nobody offers anything yet.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            latest: BTreeMap::new(),
        }
    }

    /// A message has arrived.
    pub fn receive(&mut self, news: News, now: Duration) -> Reply {
        if let Some(known) = self.latest.get(&news.address)
            && age(&news) <= age(&known.news)
        {
            return Reply::Old;
        }
        if news.says == Says::Resigns {
            self.latest.remove(&news.address);
            return Reply::Taken;
        }
        let latest = Latest {
            news: news.clone(),
            arrived: now,
        };
        self.latest.insert(news.address, latest);
        Reply::Taken
    }

    /// Where `service` is offered now.
    pub fn lookup(&self, service: &str, now: Duration) -> Answer {
        let mut addresses = Vec::new();
        let mut valid_for = self.config.max_age;
        for (address, latest) in &self.latest {
            // Judged now, and not when somebody last swept.
            let left = self.lease_end(latest).saturating_sub(now);
            let offers = latest.news.service == service && latest.news.says == Says::Healthy;
            if offers && !left.is_zero() {
                addresses.push(address.clone());
                valid_for = valid_for.min(left);
            }
        }
        Answer {
            addresses,
            valid_for,
        }
    }

    /// Forgets what is over. Called once a minute.
    pub fn sweep(&mut self, now: Duration) {
        let Config { ttl, max_delay, .. } = self.config;
        self.latest.retain(|_, latest| {
            let listed = latest.news.says == Says::Healthy && now < latest.arrived + ttl;
            // What was sent before the latest news may be on its way for so long, and must be known for
            // old when it arrives.
            let overtaken = now <= latest.arrived + max_delay;
            listed || overtaken
        });
    }

    /// Of how many addresses something is remembered.
    pub fn remembered(&self) -> usize {
        self.latest.len()
    }

    fn lease_end(&self, latest: &Latest) -> Duration {
        latest.arrived + self.config.ttl
    }
}

/// Orders the messages of an address by when they were sent, whenever they arrive.
fn age(news: &News) -> (u64, u64) {
    (news.incarnation, news.number)
}
