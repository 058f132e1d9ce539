//! One load for all who ask for the same task at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tracing::Instrument;

use crate::domain::{Task, TaskId, UserId};
use crate::ports::StoreError;

pub(super) type Answer = Result<Option<Task>, StoreError>;
type Key = (UserId, TaskId);
type Flight = watch::Receiver<Option<Answer>>;

/// The loads that are under way.
#[derive(Default)]
pub(super) struct Flights(Arc<UnderWay>);

#[derive(Default)]
struct UnderWay(Mutex<HashMap<Key, Flight>>);

impl Flights {
    /// The answer of the load of this key that is under way, or else of `load`.
    ///
    /// A load is a task of its own and not of whoever came first, who may go away. It ends when it has an answer,
    /// whether anybody still waits for it or not.
    pub(super) async fn join(
        &self,
        key: Key,
        load: impl Future<Output = Answer> + Send + 'static,
    ) -> Answer {
        let mut flight = self.board(key, load);
        let landed = flight.wait_for(Option::is_some).await;
        match landed.as_deref() {
            Ok(Some(answer)) => answer.clone(),
            _ => Err(StoreError::new("find a task", "the load has panicked")),
        }
    }

    /// Nobody joins what is under way now.
    pub(super) fn forget(&self, key: Key) {
        self.0.lock().remove(&key);
    }

    fn board(&self, key: Key, load: impl Future<Output = Answer> + Send + 'static) -> Flight {
        let mut under_way = self.0.lock();
        if let Some(flight) = under_way.get(&key) {
            return flight.clone();
        }
        let (answer, flight) = watch::channel(None);
        under_way.insert(key, flight.clone());
        let landing = Landing {
            under_way: Arc::clone(&self.0),
            key,
            flight: flight.clone(),
        };
        let load = async move {
            let outcome = load.await;
            // First: who comes from now on may know of a change that this load does not.
            drop(landing);
            answer.send_replace(Some(outcome));
        };
        tokio::spawn(load.in_current_span());
        flight
    }
}

impl UnderWay {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Flight>> {
        // No code of ours panics under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a load off the list when it ends, by a panic too.
struct Landing {
    under_way: Arc<UnderWay>,
    key: Key,
    flight: Flight,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut under_way = self.under_way.lock();
        // After a change there may be another one under this key, which is none of our business.
        let ours = under_way
            .get(&self.key)
            .is_some_and(|flight| flight.same_channel(&self.flight));
        if ours {
            under_way.remove(&self.key);
        }
    }
}
