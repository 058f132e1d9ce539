//! Who is elevated, and for how long.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::Clock;

/// How long an elevation lasts. The limit that is reached first ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// It ends when it has not been used for this long.
    pub idle: Duration,
    /// It ends this long after the password was confirmed, used or not.
    pub total: Duration,
}

/// The elevations in force.
///
/// Time is the clock's. An operation reads it once at most, so what it decides and what it records
/// belong to one moment.
///
/// The clock may be set back. When it shows a time before an elevation's last use, nobody can say how
/// long ago that was, so the elevation has ended: asking for a password costs less than trusting.
pub struct Elevations {
    clock: Arc<dyn Clock>,
    limits: Limits,
    by_user: BTreeMap<String, Elevation>,
}

struct Elevation {
    confirmed: SystemTime,
    last_use: SystemTime,
}

impl Elevations {
    /// Nobody is elevated yet.
    pub fn new(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self {
            clock,
            limits,
            by_user: BTreeMap::new(),
        }
    }

    /// `user` has confirmed the password and is elevated from now on. That is the first use. If there
    /// was an elevation of `user`, this one takes its place, with both limits from the start.
    pub fn confirm(&mut self, user: &str) {
        let now = self.clock.now();
        let elevation = Elevation {
            confirmed: now,
            last_use: now,
        };
        self.by_user.insert(user.to_owned(), elevation);
    }

    /// Whether `user` may do something dangerous now. If so, this is a use, and the idle time starts
    /// again. If not, whatever elevation there was is forgotten, and only `confirm` makes another one.
    pub fn allow(&mut self, user: &str) -> bool {
        let now = self.clock.now();
        let Some(elevation) = self.by_user.get_mut(user) else {
            return false;
        };
        if elevation.has_ended(now, self.limits) {
            // Forgotten at once, so that a clock that is set back cannot bring it to life.
            self.by_user.remove(user);
            return false;
        }
        elevation.last_use = now;
        true
    }

    /// How long until the elevation of `user` ends if it is not used: the shorter of what its two limits
    /// leave. `None` if there is none, or if it has ended. To look is not to use.
    pub fn left(&self, user: &str) -> Option<Duration> {
        let elevation = self.by_user.get(user)?;
        elevation.left(self.clock.now(), self.limits)
    }

    /// Forgets each elevation that has ended and no other. Returns the users of those that it forgot, in
    /// no particular order.
    pub fn sweep(&mut self) -> Vec<String> {
        let now = self.clock.now();
        let limits = self.limits;
        self.by_user
            .extract_if(.., |_, elevation| {
                let age = since(elevation.confirmed, now);
                elevation.has_ended(now, limits) || age.is_none_or(|age| age >= limits.idle)
            })
            .map(|(user, _)| user)
            .collect()
    }
}

impl Elevation {
    /// At exactly a limit it has ended.
    fn has_ended(&self, now: SystemTime, limits: Limits) -> bool {
        let (Some(idle), Some(age)) = (since(self.last_use, now), since(self.confirmed, now))
        else {
            return true;
        };
        idle >= limits.idle || age >= limits.total
    }

    fn left(&self, now: SystemTime, limits: Limits) -> Option<Duration> {
        if self.has_ended(now, limits) {
            return None;
        }
        let of_idle = limits.idle - since(self.last_use, now)?;
        let of_total = limits.total - since(self.confirmed, now)?;
        Some(of_idle.min(of_total))
    }
}

/// How long ago `then` was. `None` if the clock was set back behind it.
fn since(then: SystemTime, now: SystemTime) -> Option<Duration> {
    now.duration_since(then).ok()
}
