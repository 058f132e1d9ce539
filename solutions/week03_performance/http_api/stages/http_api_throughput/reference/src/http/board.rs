//! What hangs on the shops' walls: how much is on each shelf.
//!
//! Architecture invariant: what a screen costs depends neither on how many parcels there are nor on how many other screens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::problem::Problem;
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
    /// Written once, and not for each screen. A clone is a count.
    body: Bytes,
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
    let body = board.body().await?;
    Ok(([(CONTENT_TYPE, "application/json")], body))
}

impl Board {
    pub(super) fn of(store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Shared {
            store,
            shown: Mutex::new(None),
        }))
    }

    async fn body(&self) -> Result<Bytes, StoreError> {
        // Of a client that goes away, this future is dropped and the lock with it; the next one makes the pass.
        let mut shown = self.0.shown.lock().await;
        if let Some(shown) = shown.as_ref().filter(|shown| shown.since.elapsed() < FRESH) {
            return Ok(shown.body.clone());
        }
        let since = Instant::now();
        let drawn = self.draw().await?;
        let body = serde_json::to_vec(&drawn).map_err(|error| StoreError::Backend(error.into()))?;
        let body = Bytes::from(body);
        *shown = Some(Shown {
            body: body.clone(),
            since,
        });
        Ok(body)
    }

    /// One pass over all parcels, of which no more than a page is here at any time.
    async fn draw(&self) -> Result<Drawn, StoreError> {
        let mut sums: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut above = 0;
        loop {
            let page = self.0.store.page(above, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            above = last.parcel.id;
            for kept in page {
                let (parcels, grams) = sums.entry(kept.parcel.shelf).or_default();
                *parcels += 1;
                *grams += u64::from(kept.parcel.grams);
            }
        }
        let shelf = |(shelf, (parcels, grams))| Shelf {
            shelf,
            parcels,
            grams,
        };
        Ok(Drawn {
            shelves: sums.into_iter().map(shelf).collect(),
        })
    }
}
