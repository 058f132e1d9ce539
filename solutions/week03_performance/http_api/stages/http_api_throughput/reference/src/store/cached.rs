//! Copies of parcels, beside a store.
//!
//! Architecture invariant: for each id, a question to the store and a change in it never overlap. All that is promised
//! about freshness follows from that.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::{Store, StoreError, Stored};
use crate::config::CacheLimits;
use crate::ending::Background;
use crate::parcel::{Draft, Kept, Only};

/// A store with a memory. Only `get` is answered from copies.
pub struct Cached {
    inner: Arc<dyn Store>,
    ttl: Duration,
    slots: Mutex<Slots>,
    changes: Background,
}

/// Held for as long as the store is asked for that id, or changed at it.
type Slot = Arc<tokio::sync::Mutex<Option<Copy>>>;

struct Copy {
    kept: Kept,
    /// When the question was asked, and not when it was answered: the answer may be as old as the question.
    since: Instant,
}

struct Slots {
    capacity: usize,
    by_id: HashMap<u64, Slot>,
    /// Ids in the order in which they came.
    order: VecDeque<u64>,
}

impl Cached {
    /// Copies are used for less than `ttl`, and there are about `capacity` of them at the most: more only while more
    /// are being asked for at the same time.
    pub fn new(inner: Arc<dyn Store>, ttl: Duration, capacity: usize) -> Self {
        let limits = CacheLimits { ttl, capacity };
        Self::with_background(inner, limits, Background::default())
    }

    /// Like [`Cached::new`], with changes that somebody can wait for who has not asked for them.
    pub(crate) fn with_background(
        inner: Arc<dyn Store>,
        limits: CacheLimits,
        changes: Background,
    ) -> Self {
        let slots = Slots {
            capacity: limits.capacity,
            by_id: HashMap::new(),
            order: VecDeque::new(),
        };
        Self {
            inner,
            ttl: limits.ttl,
            slots: Mutex::new(slots),
            changes,
        }
    }

    /// For how many ids there is a place now.
    pub fn places(&self) -> usize {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.by_id.len()
    }

    fn slot(&self, id: u64) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.take(id)
    }

    /// Changes the store at an id, with nobody asking meanwhile.
    ///
    /// In a task of its own: a caller who goes away drops its future, and so would the lock go, while the change is
    /// on its way to the database and may still arrive.
    fn change<T: Send + 'static>(
        &self,
        id: u64,
        change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Stored<'_, T> {
        let slot = self.slot(id);
        async move {
            let changing = self.changes.spawn(async move {
                let mut copy = slot.lock_owned().await;
                // Before the change: whether one that fails has happened is not known.
                *copy = None;
                change.await
            });
            match changing.await {
                Ok(outcome) => outcome,
                Err(_) => Err(StoreError::Backend("the change has panicked".into())),
            }
        }
        .boxed()
    }
}

impl Slots {
    fn take(&mut self, id: u64) -> Slot {
        if let Some(slot) = self.by_id.get(&id) {
            return Arc::clone(slot);
        }
        self.make_room();
        let slot = Slot::default();
        self.by_id.insert(id, Arc::clone(&slot));
        self.order.push_back(id);
        slot
    }

    /// Takes the oldest away that nobody uses. One that is used holds an order between two callers, and must not be
    /// made anew for a third.
    fn make_room(&mut self) {
        for _ in 0..self.order.len() {
            if self.by_id.len() < self.capacity {
                return;
            }
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            // Slots are handed out under the lock that is held here, so nobody can come in between.
            let used = |slot: &Slot| Arc::strong_count(slot) > 1;
            if self.by_id.get(&oldest).is_some_and(used) {
                self.order.push_back(oldest);
            } else {
                self.by_id.remove(&oldest);
            }
        }
    }
}

impl Store for Cached {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        // There can't be a copy under an id that is not given yet: what is not there is not kept.
        self.inner.add(draft)
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        let slot = self.slot(id);
        async move {
            let mut copy = slot.lock().await;
            if let Some(copy) = copy.as_ref().filter(|copy| copy.since.elapsed() < self.ttl) {
                return Ok(Some(copy.kept.clone()));
            }
            *copy = None;
            let since = Instant::now();
            let found = self.inner.get(id).await?;
            *copy = found.clone().map(|kept| Copy { kept, since });
            Ok(found)
        }
        .boxed()
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        let inner = Arc::clone(&self.inner);
        self.change(id, async move { inner.replace(id, draft, only).await })
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        let inner = Arc::clone(&self.inner);
        self.change(id, async move { inner.remove(id, only).await })
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        self.inner.page(above, limit)
    }
}
