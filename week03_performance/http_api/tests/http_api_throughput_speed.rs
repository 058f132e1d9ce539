//! What the processor has to do for one more screen, in a depot of 2,000 parcels. This is what is measured in turn with
//! the program that everybody started with, and what `workbook profile` looks into.

#[path = "support/naive.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod naive;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::sync::Arc;

use axum::Router;
use futures_util::FutureExt as _;
use http_api::Config;
use naive::Row;
use serde_json::json;
use support::{Client, build};

const PARCELS: u64 = 2_000;

fn row(id: u64) -> Row {
    Row {
        id,
        recipient: format!("number {id}"),
        shelf: format!("{}-{}", char::from(b'A' + (id % 7) as u8), 1 + id % 11),
        grams: 1 + id,
    }
}

/// A service that has a board, with all parcels. One that has none gets the naive board in its place, so that there
/// is something to measure beside.
async fn depot() -> Client {
    let new = async || Client(build(Config::default()).await.router());
    // Another one is asked: a board of an empty depot would be good for a second.
    let has_a_board = new().await.get("/shelves").await.status != 404;
    if has_a_board {
        let service = new().await;
        for row in (1..=PARCELS).map(row) {
            let draft = json!({"recipient": row.recipient, "shelf": row.shelf, "grams": row.grams});
            service.post("/parcels", &draft).await.is(201, "a parcel");
        }
        return service;
    }
    let rows: Arc<Vec<Row>> = Arc::new((1..=PARCELS).map(row).collect());
    let pages = move |above: u64| {
        let from = usize::try_from(above).expect("an id from here");
        let page: Vec<Row> = rows[from..].iter().take(100).cloned().collect();
        std::future::ready(page).boxed()
    };
    let naive: Router = naive::board(Arc::new(pages));
    Client(naive)
}

#[test]
fn one_more_screen() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let client = runtime.block_on(depot());
    // What is a second old may be drawn again, and once in a second is not what is measured.
    let board = runtime.block_on(client.get("/shelves"));
    let shelves = board.is(200, "the board").json();
    let shelves = shelves["shelves"].as_array().map(Vec::len);
    assert_eq!(
        shelves,
        Some(77),
        "shelves on the board of {PARCELS} parcels"
    );
    probes::speed::report("one_more_screen", || {
        runtime.block_on(client.get("/shelves")).status
    });
}
