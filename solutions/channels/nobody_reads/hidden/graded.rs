//! The same promises at other values.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nobody_reads::{Event, PATIENCE, Store, StoreError, Unrecorded, trail};
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);

fn event(number: usize) -> Event {
    Event {
        text: format!("{number:03}"),
    }
}

struct Disk {
    takes: Duration,
    fails_at: usize,
    stored: Arc<Mutex<Vec<String>>>,
}

impl Store for Disk {
    async fn write(&mut self, event: &Event) -> Result<(), StoreError> {
        sleep(self.takes).await;
        let mut stored = self.stored.lock().expect("no panic under the lock");
        if stored.len() + 1 >= self.fails_at {
            return Err(StoreError {
                reason: "broken".to_owned(),
            });
        }
        stored.push(event.text.clone());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn patience_is_counted_for_each_event() {
    assert_eq!(PATIENCE.as_secs(), 2, "patience is a part of the task");
    let (trail, _kept) = trail(1);
    trail.record(event(0)).await.expect("there is a place");
    let start = Instant::now();
    let waiting: Vec<_> = (1..=3)
        .map(|number| {
            let trail = trail.clone();
            tokio::spawn(async move { timeout(DAY, trail.record(event(number))).await })
        })
        .collect();
    for (number, recorded) in (1..=3).zip(waiting) {
        let answer = recorded.await.expect("record must not panic");
        assert_eq!(
            answer.expect("an answer within a day"),
            Err(Unrecorded::Busy(event(number)))
        );
    }
    assert_eq!(
        start.elapsed().as_secs(),
        PATIENCE.as_secs(),
        "three records waited beside each other"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_at_any_event_loses_none() {
    for capacity in [1, 3, 16] {
        for fails_at in 1..=12 {
            let stored = Arc::new(Mutex::new(Vec::new()));
            let mut disk = Disk {
                takes: Duration::from_millis(100),
                fails_at,
                stored: Arc::clone(&stored),
            };
            let (trail, mut shipper) = trail(capacity);
            let shipping = tokio::spawn(async move {
                let ended = shipper.run(&mut disk).await;
                (shipper, ended)
            });
            let recording: Vec<_> = (0..12)
                .map(|number| {
                    let trail = trail.clone();
                    tokio::spawn(async move {
                        timeout(DAY, trail.record(event(number)))
                            .await
                            .expect("an answer within a day")
                    })
                })
                .collect();
            drop(trail);
            let mut all = Vec::new();
            for recorded in recording {
                if let Err(Unrecorded::Busy(event) | Unrecorded::Stopped(event)) =
                    recorded.await.expect("record must not panic")
                {
                    all.push(event.text);
                }
            }
            let (_shipper, ended) = timeout(DAY, shipping)
                .await
                .expect("run returns within a day")
                .expect("run must not panic");
            all.extend(ended.unshipped.into_iter().map(|event| event.text));
            all.extend(stored.lock().expect("no panic under the lock").clone());
            all.sort();
            let expected: Vec<_> = (0..12).map(|number| event(number).text).collect();
            assert_eq!(
                all, expected,
                "with {capacity} places and a store that fails at write {fails_at}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_shipper_dropped_in_the_middle_frees_who_waits() {
    let (trail, mut shipper) = trail(1);
    let shipping = tokio::spawn(async move {
        let mut disk = Disk {
            takes: DAY,
            fails_at: usize::MAX,
            stored: Arc::default(),
        };
        shipper.run(&mut disk).await
    });
    for number in 0..2 {
        trail.record(event(number)).await.expect("there is a place");
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    let waiting = tokio::spawn(async move { trail.record(event(2)).await });
    sleep(Duration::from_millis(500)).await;
    shipping.abort();
    let answer = timeout(DAY, waiting)
        .await
        .expect("an answer within a day")
        .expect("record must not panic");
    assert_eq!(answer, Err(Unrecorded::Stopped(event(2))));
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "it was answered {:?} after it came, and the shipper was gone after 0.5 s",
        start.elapsed()
    );
}
