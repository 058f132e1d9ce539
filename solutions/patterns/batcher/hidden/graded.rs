//! The same promises at other values.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use batcher::{BatchFailed, Batcher};
use probes::tasks;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn size(most: usize) -> NonZeroUsize {
    NonZeroUsize::new(most).expect("not zero")
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_one_is_loaded_at_once() {
    let batcher = Batcher::start(size(1), Duration::MAX, async |keys: Vec<&'static str>| {
        assert_eq!(keys.len(), 1, "a batch has room for one key");
        keys.into_iter().map(str::len).collect()
    });
    let start = Instant::now();
    for (key, length) in [("a", 1), ("bb", 2), ("ccc", 3)] {
        let got = timeout(DAY, batcher.get(key)).await;
        assert_eq!(got, Ok(Ok(length)), "the length of `{key}`");
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn without_patience_a_batch_is_loaded_at_once() {
    let batcher = Batcher::start(size(50), Duration::ZERO, async |keys: Vec<u8>| keys);
    let start = Instant::now();
    assert_eq!(timeout(DAY, batcher.get(3)).await, Ok(Ok(3)));
    // Tokio's timers count in milliseconds.
    assert!(
        start.elapsed() <= Duration::from_millis(1),
        "patience is zero"
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_get_their_own_values() {
    const MOST: usize = 20;
    let (largest, loaded) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let oldest = Arc::new(Mutex::new(Duration::ZERO));
    let batcher = Arc::new(Batcher::start(size(MOST), Duration::from_millis(8), {
        let (largest, loaded, oldest) = (
            Arc::clone(&largest),
            Arc::clone(&loaded),
            Arc::clone(&oldest),
        );
        move |keys: Vec<(usize, Instant)>| {
            largest.fetch_max(keys.len(), Ordering::Relaxed);
            loaded.fetch_add(keys.len(), Ordering::Relaxed);
            let age = keys.iter().map(|(_, came)| came.elapsed()).max();
            let mut oldest = oldest.lock().expect("no panic under the lock");
            *oldest = age.unwrap_or_default().max(*oldest);
            async move {
                // Later batches are often done before earlier ones.
                let first = keys.first().map_or(0, |key| key.0 as u64);
                sleep(Duration::from_millis(first * 31 % 40)).await;
                keys.into_iter().map(|(key, _)| key.to_string()).collect()
            }
        }
    }));
    let mut callers = JoinSet::new();
    for key in 0..1_000_usize {
        let batcher = Arc::clone(&batcher);
        callers.spawn(async move {
            sleep(Duration::from_millis((key * key % 311) as u64)).await;
            let got = timeout(DAY, batcher.get((key, Instant::now()))).await;
            assert_eq!(
                got,
                Ok(Ok(key.to_string())),
                "caller {key} gets its own value"
            );
        });
    }
    while let Some(ended) = callers.join_next().await {
        if let Err(error) = ended {
            std::panic::resume_unwind(error.into_panic());
        }
    }
    assert_eq!(
        loaded.load(Ordering::Relaxed),
        1_000,
        "keys that were loaded"
    );
    let largest = largest.load(Ordering::Relaxed);
    assert!(
        largest <= MOST,
        "a batch has room for {MOST} keys, and one had {largest}"
    );
    let oldest = *oldest.lock().expect("no panic under the lock");
    assert!(
        oldest <= Duration::from_millis(8),
        "patience is 8 ms, and a key waited {oldest:?} for its load to begin"
    );
}

#[tokio::test(start_paused = true)]
async fn a_load_that_panics_before_it_awaits_fails_its_own_batch_only() {
    let batcher = Batcher::start(size(1), Duration::MAX, |keys: Vec<i32>| {
        assert!(keys != [13], "panics at once, as the test wants it to");
        std::future::ready(keys)
    });
    for (key, expected) in [
        (1, Ok(1)),
        (13, Err(BatchFailed)),
        (2, Ok(2)),
        (13, Err(BatchFailed)),
        (3, Ok(3)),
    ] {
        let got = timeout(DAY, batcher.get(key)).await;
        assert_eq!(
            got,
            Ok(expected),
            "the value for {key}; 13 makes its load panic"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_too_many_fails_the_batch_as_well() {
    let batcher = Batcher::start(size(1), Duration::MAX, async |mut keys: Vec<u8>| {
        if keys == [7] {
            keys.push(8);
        }
        keys
    });
    assert_eq!(
        batcher.get(7).await,
        Err(BatchFailed),
        "one key, two values"
    );
    assert_eq!(batcher.get(6).await, Ok(6), "the batch after that");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_a_batcher_that_was_dropped() {
    for _ in 0..20 {
        let batcher = Batcher::start(size(4), Duration::from_millis(5), async |keys: Vec<u8>| {
            sleep(Duration::from_millis(50)).await;
            keys
        });
        assert!(
            timeout(Duration::from_millis(1), batcher.get(1))
                .await
                .is_err()
        );
        drop(batcher);
    }
    sleep(Duration::from_millis(60)).await;
    assert_eq!(
        tasks::settle(0).await,
        0,
        "tasks of 20 batchers that were dropped 60 ms ago"
    );
}
