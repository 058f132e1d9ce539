//! A bucket for each key, and a bound on how many.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Duration;

use super::Rate;

/// Buckets of one rate.
///
/// A bucket is one moment: when it will be full again. To take from it moves the moment away by the time that
/// takes to come back, and time does the refilling. So there is no timer, no fraction to carry, and a bucket
/// whose moment has passed is as good as none.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    rate: Rate,
    most: usize,
    full_at: HashMap<K, Duration>,
    /// The same, by moment: which ones are full is known without looking at those that are not.
    by_moment: BTreeSet<(Duration, K)>,
    /// The bucket of all who find no place.
    shared: Duration,
}

/// Which bucket was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Own,
    Shared,
}

/// How full a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) left: u32,
    /// When there is one more.
    pub(super) next: Duration,
}

impl<K> Buckets<K> {
    pub(super) fn len(&self) -> usize {
        self.full_at.len()
    }
}

impl<K: Copy + Ord + Hash> Buckets<K> {
    pub(super) fn new(rate: Rate, most: usize) -> Self {
        Self {
            rate,
            most,
            full_at: HashMap::new(),
            by_moment: BTreeSet::new(),
            shared: Duration::ZERO,
        }
    }

    /// Takes `cost` from a key's bucket; all there is in a full one, if the cost is more than that.
    ///
    /// If it is not there, nothing is taken, and the answer is after how long it will be.
    pub(super) fn take(
        &mut self,
        key: K,
        cost: u32,
        now: Duration,
    ) -> Result<(Level, Place), (Level, Duration)> {
        self.forget_full(now);
        let place = if self.full_at.contains_key(&key) || self.full_at.len() < self.most {
            Place::Own
        } else {
            // Somebody has to go short. Whoever is forgotten before their bucket is full gets another one as a
            // present, and a crowd could make us forget; so it is the newcomers, all of them together.
            Place::Shared
        };
        let missing = self.missing(key, place, now);
        let then = missing + self.price(cost);
        let empty = self.rate.every() * self.rate.burst();
        if then > empty {
            // As it was, unless the clock was set back.
            self.set(key, place, now, missing);
            return Err((self.level(missing), then - empty));
        }
        self.set(key, place, now, then);
        Ok((self.level(then), place))
    }

    /// Puts back what was taken.
    pub(super) fn give_back(&mut self, key: K, cost: u32, place: Place, now: Duration) {
        let missing = self.missing(key, place, now);
        // A bucket that has become full meanwhile gains nothing.
        let then = missing.saturating_sub(self.price(cost));
        self.set(key, place, now, then);
    }

    fn price(&self, cost: u32) -> Duration {
        self.rate.every() * cost.min(self.rate.burst())
    }

    /// How far a bucket is from full, as the time that it takes to get there.
    fn missing(&self, key: K, place: Place, now: Duration) -> Duration {
        let full_at = match place {
            Place::Own => self.full_at.get(&key).copied(),
            Place::Shared => Some(self.shared),
        };
        let missing = full_at.unwrap_or_default().saturating_sub(now);
        // No bucket is further from full than empty, unless the clock was set back: by an hour, say, for which
        // nobody is to wait. Such a bucket is empty, and fills from now on.
        missing.min(self.rate.every() * self.rate.burst())
    }

    fn level(&self, missing: Duration) -> Level {
        let every = self.rate.every();
        let there = every * self.rate.burst() - missing;
        let left = (there.as_nanos() / every.as_nanos()) as u32;
        let next = every * (left + 1) - there;
        Level { left, next }
    }

    fn set(&mut self, key: K, place: Place, now: Duration, missing: Duration) {
        let full_at = now + missing;
        if place == Place::Shared {
            self.shared = full_at;
            return;
        }
        if let Some(before) = self.full_at.remove(&key) {
            self.by_moment.remove(&(before, key));
        }
        if !missing.is_zero() {
            self.full_at.insert(key, full_at);
            self.by_moment.insert((full_at, key));
        }
    }

    fn forget_full(&mut self, now: Duration) {
        while let Some(&(moment, key)) = self.by_moment.first()
            && moment <= now
        {
            self.by_moment.pop_first();
            self.full_at.remove(&key);
        }
    }
}
