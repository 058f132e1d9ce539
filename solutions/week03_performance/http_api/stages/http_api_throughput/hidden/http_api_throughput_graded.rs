//! Stage 10, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract {
    include!("support/contract.rs");
}

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use contract::draft;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use http_api::{
    Application, CacheLimits, Config, Draft, Kept, Memory, Only, Sqlite, Store, Stored,
};
use serde_json::{Value, json};
use support::{Client, PATIENCE, config};
use tokio::time::sleep;

async fn client(config: Config, store: Arc<dyn Store>) -> Client {
    let built = Application::build_with_store(config, store, Router::new()).await;
    Client(
        built
            .unwrap_or_else(|error| panic!("build failed: {error}"))
            .router(),
    )
}

async fn board(client: &Client, why: &str) -> Value {
    client.get("/shelves").await.is(200, why).json()
}

#[tokio::test]
async fn other_stores_have_the_same_board() {
    // A database that is gone when its connection is.
    let sqlite = Sqlite::open(":memory:", PATIENCE).await;
    let sqlite = sqlite.unwrap_or_else(|error| panic!("Sqlite::open failed: {error:?}"));
    let with_a_cache = config(|config| {
        config.cache = Some(CacheLimits {
            ttl: Duration::from_secs(3600),
            capacity: 2,
        });
    });
    let memory = Arc::new(Memory::default());
    let stores: [(&str, Config, Arc<dyn Store>); 2] = [
        ("SQLite", Config::default(), Arc::new(sqlite)),
        ("memory behind a cache", with_a_cache, memory),
    ];
    for (what, config, store) in stores {
        for n in 0..250_u32 {
            let shelf = format!("Z-{}", 1 + n % 3);
            let added = store.add(draft("Ada", &shelf, 50_000)).await;
            added.unwrap_or_else(|error| panic!("{what}: add failed: {error:?}"));
        }
        let client = client(config, store).await;
        let shelf = |name: &str, parcels: u64| json!({"shelf": name, "parcels": parcels, "grams": parcels * 50_000});
        assert_eq!(
            board(&client, what).await,
            json!({"shelves": [shelf("Z-1", 84), shelf("Z-2", 83), shelf("Z-3", 83)]}),
            "the board of 250 parcels in {what}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_large_depot_is_read_whole() {
    let memory = Arc::new(Memory::default());
    let mut sums: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for n in 0..1234_u32 {
        let shelf = format!("{}-{}", char::from(b'A' + (n % 97 % 26) as u8), 1 + n % 97);
        let grams = 1 + n % 50_000;
        let added = memory.add(draft("Ada", &shelf, grams)).await;
        added.expect("memory does not fail");
        let sum = sums.entry(shelf).or_default();
        sum.0 += 1;
        sum.1 += u64::from(grams);
    }
    let client = client(Config::default(), memory).await;
    let expected: Vec<Value> = sums
        .into_iter()
        .map(
            |(shelf, (parcels, grams))| json!({"shelf": shelf, "parcels": parcels, "grams": grams}),
        )
        .collect();
    assert_eq!(
        board(&client, "a large depot").await,
        json!({ "shelves": expected }),
        "1,234 parcels on 97 shelves"
    );
}

#[tokio::test(start_paused = true)]
async fn services_have_boards_of_their_own() {
    let (one, other) = (Arc::new(Memory::default()), Arc::new(Memory::default()));
    one.add(draft("Ada", "A-1", 5)).await.expect("a parcel");
    let first = client(Config::default(), one).await;
    let second = client(Config::default(), other).await;
    let shelves = async |client: &Client| {
        let board = board(client, "its own").await;
        board["shelves"].as_array().map(Vec::len)
    };
    assert_eq!(shelves(&first).await, Some(1), "one parcel");
    assert_eq!(shelves(&second).await, Some(0), "another depot, and empty");
}

/// Counts passes by their first pages.
struct Passes {
    memory: Memory,
    begun: AtomicUsize,
}

impl Store for Passes {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        self.memory.add(draft)
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        self.memory.get(id)
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        self.memory.replace(id, draft, only)
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        self.memory.remove(id, only)
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        async move {
            if above == 0 {
                self.begun.fetch_add(1, Ordering::SeqCst);
            }
            sleep(Duration::from_millis(7)).await;
            self.memory.page(above, limit).await
        }
        .boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn one_pass_for_forty_at_once() {
    let store = Arc::new(Passes {
        memory: Memory::default(),
        begun: AtomicUsize::new(0),
    });
    store.add(draft("Ada", "A-1", 5)).await.expect("a parcel");
    let client = client(Config::default(), store.clone()).await;
    for round in 1..=3 {
        let before = store.begun.load(Ordering::SeqCst);
        for answer in join_all((0..40).map(|_| client.get("/shelves"))).await {
            answer.is(200, "a screen's board");
        }
        let passes = store.begun.load(Ordering::SeqCst) - before;
        assert!(
            passes <= 2,
            "round {round}: forty screens at once have made {passes} passes"
        );
        sleep(Duration::from_secs(2)).await;
    }
}
