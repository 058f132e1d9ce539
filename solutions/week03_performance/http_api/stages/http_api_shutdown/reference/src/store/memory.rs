//! Parcels in memory.

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;

use super::{Store, StoreError, Stored};
use crate::parcel::{Draft, Kept, Only};

/// Every call is one critical section: what it looks at and what it changes are of one moment.
#[derive(Default)]
pub struct Memory(Mutex<State>);

#[derive(Default)]
struct State {
    /// Counts what was ever given, not what is there: a link to a parcel that is gone must not lead to another.
    last_id: u64,
    parcels: BTreeMap<u64, Kept>,
}

impl Store for Memory {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        let mut state = self.lock();
        state.last_id += 1;
        let id = state.last_id;
        let kept = Kept {
            parcel: draft.with_id(id),
            revision: 1,
        };
        state.parcels.insert(id, kept.clone());
        done(Ok(kept))
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        done(Ok(self.lock().parcels.get(&id).cloned()))
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        done(self.lock().replace(id, draft, &only))
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        done(self.lock().remove(id, &only))
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        let state = self.lock();
        let above = (Bound::Excluded(above), Bound::Unbounded);
        let page = state.parcels.range(above).take(limit);
        done(Ok(page.map(|(_, kept)| kept.clone()).collect()))
    }
}

/// Memory has nothing to wait for.
fn done<'s, T: Send + 's>(outcome: Result<T, StoreError>) -> Stored<'s, T> {
    ready(outcome).boxed()
}

impl State {
    fn replace(&mut self, id: u64, draft: Draft, only: &Only) -> Result<Kept, StoreError> {
        let kept = self.parcels.get_mut(&id).ok_or(StoreError::Missing)?;
        if !only.allows(kept.revision) {
            return Err(StoreError::Moved);
        }
        kept.parcel = draft.with_id(id);
        kept.revision += 1;
        Ok(kept.clone())
    }

    fn remove(&mut self, id: u64, only: &Only) -> Result<(), StoreError> {
        let kept = self.parcels.get(&id).ok_or(StoreError::Missing)?;
        if !only.allows(kept.revision) {
            return Err(StoreError::Moved);
        }
        self.parcels.remove(&id);
        Ok(())
    }
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, State> {
        // No call panics half-way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
