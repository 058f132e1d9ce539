//! Parcels in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::parcel::{Draft, Kept, NotChanged, Only};

/// Every call is one critical section: what it looks at and what it changes are of one moment.
#[derive(Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Default)]
struct State {
    /// Counts what was ever given, not what is there: a link to a parcel that is gone must not lead to another.
    last_id: u64,
    parcels: BTreeMap<u64, Kept>,
}

impl Memory {
    pub(crate) fn add(&self, draft: Draft) -> Kept {
        let mut state = self.lock();
        state.last_id += 1;
        let id = state.last_id;
        let kept = Kept {
            parcel: draft.with_id(id),
            revision: 1,
        };
        state.parcels.insert(id, kept.clone());
        kept
    }

    pub(crate) fn get(&self, id: u64) -> Option<Kept> {
        self.lock().parcels.get(&id).cloned()
    }

    pub(crate) fn replace(&self, id: u64, draft: Draft, only: &Only) -> Result<Kept, NotChanged> {
        let mut state = self.lock();
        let kept = state.parcels.get_mut(&id).ok_or(NotChanged::Missing)?;
        if !only.allows(kept.revision) {
            return Err(NotChanged::Moved);
        }
        kept.parcel = draft.with_id(id);
        kept.revision += 1;
        Ok(kept.clone())
    }

    pub(crate) fn remove(&self, id: u64, only: &Only) -> Result<(), NotChanged> {
        let mut state = self.lock();
        let kept = state.parcels.get(&id).ok_or(NotChanged::Missing)?;
        if !only.allows(kept.revision) {
            return Err(NotChanged::Moved);
        }
        state.parcels.remove(&id);
        Ok(())
    }

    /// The first `limit` parcels above that id, in the order of ids.
    pub(crate) fn page(&self, above: u64, limit: usize) -> Vec<Kept> {
        let state = self.lock();
        let above = (Bound::Excluded(above), Bound::Unbounded);
        state
            .parcels
            .range(above)
            .take(limit)
            .map(|(_, kept)| kept.clone())
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No call panics half-way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
