//! The same promises at other values, with a fixed seed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use merge_and_split::{Reading, merge, split};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);

fn reading(at: u64, turbine: &str, value: i64) -> Reading {
    Reading {
        at,
        turbine: turbine.to_owned(),
        value,
    }
}

/// All readings that come.
async fn all(mut readings: mpsc::Receiver<Reading>) -> Vec<Reading> {
    let mut all = Vec::new();
    while let Some(reading) = timeout(DAY, readings.recv())
        .await
        .expect("the next reading or the end must come, and has not within a day")
    {
        all.push(reading);
    }
    all
}

/// The same numbers in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[tokio::test(start_paused = true)]
async fn random_feeds_come_out_sorted_and_whole() {
    let mut random = Random(11);
    for round in 0..20 {
        let count = 1 + random.below(6);
        let mut expected = Vec::new();
        let mut feeds = Vec::new();
        for number in 0..count {
            let mut at = 0;
            let readings: Vec<_> = (0..random.below(40))
                .map(|n| {
                    at += random.below(4);
                    (random.below(50), reading(at, &format!("{number}/{n}"), 0))
                })
                .collect();
            expected.extend(readings.iter().map(|(_, reading)| reading.clone()));
            let (sender, receiver) = mpsc::channel(1 + random.below(3) as usize);
            feeds.push(receiver);
            tokio::spawn(async move {
                for (delay, reading) in readings {
                    sleep(Duration::from_millis(delay)).await;
                    sender.send(reading).await.expect("somebody reads");
                }
            });
        }
        expected.sort_by_key(|reading| reading.at);
        let (merged, readings) = mpsc::channel(2);
        tokio::spawn(merge(feeds, merged));
        assert_eq!(all(readings).await, expected, "round {round}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_lost_arrives() {
    let mut random = Random(5);
    for round in 0..10 {
        let (merged, readings) = mpsc::channel(5);
        let got = Arc::new(Mutex::new(0_u64));
        let counting = Arc::clone(&got);
        let splitting = tokio::spawn(split(readings, move |turbine| {
            let (queue, mut own) = mpsc::channel::<Reading>(3);
            let takes = Duration::from_millis(50 * turbine.len() as u64);
            let got = Arc::clone(&counting);
            tokio::spawn(async move {
                let mut last = None;
                while let Some(Reading { at, .. }) = own.recv().await {
                    assert!(last < Some(at), "readings of a turbine are in order");
                    last = Some(at);
                    *got.lock().expect("no panic") += 1;
                    sleep(takes).await;
                }
            });
            queue
        }));
        let sent = 300;
        for at in 0..sent {
            let turbine = "x".repeat(1 + random.below(8) as usize);
            merged
                .send(reading(at, &turbine, 0))
                .await
                .expect("split reads");
            sleep(Duration::from_millis(random.below(40))).await;
        }
        drop(merged);
        let lost = timeout(DAY, splitting)
            .await
            .expect("split ends")
            .expect("split must not panic");
        sleep(DAY).await;
        assert!(lost.values().all(|&lost| lost > 0), "only losses: {lost:?}");
        assert_eq!(
            *got.lock().expect("no panic") + lost.values().sum::<u64>(),
            sent,
            "round {round}: arrived and lost {lost:?}"
        );
        assert!(
            !lost.is_empty(),
            "some turbines are slower than their readings"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn no_feeds_and_no_readings_end() {
    let (merged, readings) = mpsc::channel(1);
    timeout(SECOND, merge(vec![], merged))
        .await
        .expect("there is nothing to wait for");
    assert_eq!(all(readings).await, []);
    let (merged, readings) = mpsc::channel(1);
    drop(merged);
    let lost = timeout(SECOND, split(readings, |_| mpsc::channel(1).0))
        .await
        .expect("there is nothing to wait for");
    assert!(lost.is_empty());
}
