//! The same promises for two nights, for another kind of runtime, and in a select.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use starved_runtime::{Feed, Reading, settle};
use tokio::task::yield_now;

#[derive(Clone)]
struct Flat {
    left: u64,
    fetched: Arc<AtomicU64>,
}

impl Flat {
    fn of(left: u64) -> Self {
        Self {
            left,
            fetched: Arc::default(),
        }
    }
}

impl Feed for Flat {
    async fn next(&mut self) -> Option<Reading> {
        self.left = self.left.checked_sub(1)?;
        self.fetched.fetch_add(1, Ordering::Relaxed);
        Some(Reading {
            meter: 4,
            watt_hours: 5,
        })
    }
}

#[tokio::test]
async fn a_long_night_is_settled_beside_a_short_one() {
    let mut long = Flat::of(50_000);
    let fetched = Arc::clone(&long.fetched);
    let long = tokio::spawn(async move { settle(&mut long).await });
    let short = settle(&mut Flat::of(3_000)).await;
    let meanwhile = fetched.load(Ordering::Relaxed);
    assert_eq!((short.readings, short.watt_hours), (3_000, 15_000));
    assert!(
        meanwhile < 50_000,
        "the short night was settled, and the long one had come to {meanwhile} of 50,000"
    );
    let long = long.await.expect("it does not panic");
    assert_eq!((long.readings, long.watt_hours), (50_000, 250_000));
    assert_eq!(
        long.peak.map(|peak| peak.meter),
        Some(4),
        "the first of equals"
    );
}

#[test]
fn the_only_worker_of_a_server_is_shared() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .expect("a runtime");
    let mut night = Flat::of(100_000);
    let fetched = Arc::clone(&night.fetched);
    let (most, statement) = runtime.block_on(async {
        let neighbour = tokio::spawn(async move {
            let (mut before, mut most) = (0, 0);
            while before < 100_000 {
                let now = fetched.load(Ordering::Relaxed);
                most = most.max(now - before);
                before = now;
                yield_now().await;
            }
            most
        });
        let settled = tokio::spawn(async move { settle(&mut night).await });
        (neighbour.await, settled.await)
    });
    let most = most.expect("it does not panic");
    assert!(
        most <= 1_024,
        "{most} readings between two turns of another task"
    );
    assert_eq!(statement.expect("it does not panic").readings, 100_000);
}

#[tokio::test]
async fn a_select_can_end_it() {
    let mut night = Flat::of(50_000);
    let fetched = Arc::clone(&night.fetched);
    let three_turns = async {
        for _ in 0..3 {
            yield_now().await;
        }
    };
    let ended = tokio::select! {
        biased;
        _ = settle(&mut night) => "the settlement",
        () = three_turns => "the other branch",
    };
    assert_eq!(ended, "the other branch");
    let fetched = fetched.load(Ordering::Relaxed);
    assert!(
        fetched <= 4 * 1_024,
        "after four turns, {fetched} readings are settled"
    );
}
