//! What hangs on the shops' walls: how much is on each shelf.
//!
//! Architecture invariant: what a screen costs depends neither on how many parcels there are nor on how many other screens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::problem::Problem;
use crate::parcel::Kept;
use crate::store::{Store, StoreError};

/// How old a board may be.
const FRESH: Duration = Duration::from_secs(1);

/// How many parcels are asked for at a time. More would hold up whoever else waits for the database.
const PAGE: usize = 100;

/// Clones are the same board.
#[derive(Clone)]
pub(super) struct Board(Arc<Shared>);

struct Shared {
    store: Arc<dyn Store>,
    /// Held during a pass over the store: whoever comes meanwhile waits for it, and finds what it has brought.
    shown: Mutex<Option<Shown>>,
}

struct Shown {
    parcels: Arc<Vec<Kept>>,
    /// When the pass began: what it has read first may have changed since.
    since: Instant,
}

#[derive(Serialize)]
struct Drawn {
    shelves: Vec<Shelf>,
}

#[derive(Serialize)]
struct Shelf {
    shelf: String,
    parcels: u64,
    grams: u64,
}

pub(super) async fn shelves(State(board): State<Board>) -> Result<impl IntoResponse, Problem> {
    let parcels = board.parcels().await?;
    Ok(Json(drawn(&parcels)))
}

impl Board {
    pub(super) fn of(store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Shared {
            store,
            shown: Mutex::new(None),
        }))
    }

    async fn parcels(&self) -> Result<Arc<Vec<Kept>>, StoreError> {
        // Of a client that goes away, this future is dropped and the lock with it; the next one makes the pass.
        let mut shown = self.0.shown.lock().await;
        if let Some(shown) = shown.as_ref().filter(|shown| shown.since.elapsed() < FRESH) {
            return Ok(Arc::clone(&shown.parcels));
        }
        let since = Instant::now();
        let parcels = Arc::new(self.read().await?);
        *shown = Some(Shown {
            parcels: Arc::clone(&parcels),
            since,
        });
        Ok(parcels)
    }

    async fn read(&self) -> Result<Vec<Kept>, StoreError> {
        let mut parcels: Vec<Kept> = Vec::new();
        loop {
            let above = parcels.last().map_or(0, |kept| kept.parcel.id);
            let page = self.0.store.page(above, PAGE).await?;
            if page.is_empty() {
                return Ok(parcels);
            }
            parcels.extend(page);
        }
    }
}

fn drawn(parcels: &[Kept]) -> Drawn {
    let mut sums: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for kept in parcels {
        let (parcels, grams) = sums.entry(kept.parcel.shelf.clone()).or_default();
        *parcels += 1;
        *grams += u64::from(kept.parcel.grams);
    }
    let shelf = |(shelf, (parcels, grams))| Shelf {
        shelf,
        parcels,
        grams,
    };
    Drawn {
        shelves: sums.into_iter().map(shelf).collect(),
    }
}
