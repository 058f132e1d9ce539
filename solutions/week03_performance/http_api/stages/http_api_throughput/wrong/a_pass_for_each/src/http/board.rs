//! What hangs on the shops' walls: how much is on each shelf.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;

use super::problem::Problem;
use crate::store::{Store, StoreError};

const PAGE: usize = 100;

#[derive(Clone)]
pub(super) struct Board(Arc<Shared>);

struct Shared {
    store: Arc<dyn Store>,
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
    Ok(Json(board.draw().await?))
}

impl Board {
    pub(super) fn of(store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Shared { store }))
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
