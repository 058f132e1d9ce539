// The board as it is now: what everybody's own is measured beside. It is right, and was quick to write.
//
// It knows nothing of the service's types, so that it can stand in where there is no board yet.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// A parcel, as far as boards are concerned.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: u64,
    pub recipient: String,
    pub shelf: String,
    pub grams: u64,
}

/// The next hundred parcels above an id: what a store's `page` gives.
pub type Pages = Arc<dyn Fn(u64) -> BoxFuture<'static, Vec<Row>> + Send + Sync>;

#[derive(Clone)]
struct Depot {
    pages: Pages,
    /// Two boards at once would be two passes at once over the database.
    one_at_a_time: Arc<Mutex<()>>,
}

/// A router with the board, and nothing else.
pub fn board(pages: Pages) -> Router {
    let depot = Depot {
        pages,
        one_at_a_time: Arc::default(),
    };
    Router::new()
        .route("/shelves", get(shelves))
        .with_state(depot)
}

async fn shelves(State(depot): State<Depot>) -> Response {
    let _mine = depot.one_at_a_time.lock().await;
    let rows = all(&depot.pages).await;
    Json(drawn(&rows)).into_response()
}

#[inline(never)]
async fn all(pages: &Pages) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let above = rows.last().map_or(0, |row| row.id);
        let page = pages(above).await;
        if page.is_empty() {
            return rows;
        }
        rows.extend(page);
    }
}

#[inline(never)]
fn drawn(rows: &[Row]) -> Value {
    let mut shelves = serde_json::Map::new();
    for row in rows {
        let shelf = shelves
            .entry(row.shelf.clone())
            .or_insert_with(|| json!({"shelf": row.shelf, "parcels": 0, "grams": 0}));
        let more = |value: &Value, by: u64| json!(value.as_u64().unwrap_or(0) + by);
        shelf["parcels"] = more(&shelf["parcels"], 1);
        shelf["grams"] = more(&shelf["grams"], row.grams);
    }
    let shelves: Vec<Value> = shelves.into_iter().map(|(_, shelf)| shelf).collect();
    json!({ "shelves": shelves })
}
