//! What comes out of a merge and of a split, and when. The clock is tokio's, paused: it jumps to the next
//! timer as soon as every task waits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use merge_and_split::{Reading, merge, split};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);

fn reading(at: u64, turbine: &str, value: i64) -> Reading {
    Reading {
        at,
        turbine: turbine.to_owned(),
        value,
    }
}

/// A feed with all of these readings in it, closed.
fn feed(readings: impl IntoIterator<Item = Reading>) -> mpsc::Receiver<Reading> {
    let (sender, receiver) = mpsc::channel(1_000);
    for reading in readings {
        sender.try_send(reading).expect("there is room");
    }
    receiver
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

#[tokio::test(start_paused = true)]
async fn feeds_are_merged_in_the_order_of_time() {
    let feeds = vec![
        feed([(10, 1), (40, 2), (40, 3)].map(|(at, value)| reading(at, "a", value))),
        feed([]),
        feed([(20, 4), (40, 5), (70, 6)].map(|(at, value)| reading(at, "b", value))),
        feed([(5, 7), (40, 8)].map(|(at, value)| reading(at, "c", value))),
    ];
    let (merged, readings) = mpsc::channel(100);
    tokio::spawn(merge(feeds, merged));
    let merged: Vec<_> = all(readings)
        .await
        .into_iter()
        .map(|reading| (reading.at, reading.value))
        .collect();
    assert_eq!(
        merged,
        [
            (5, 7),
            (10, 1),
            (20, 4),
            (40, 2),
            (40, 3),
            (40, 5),
            (40, 8),
            (70, 6)
        ],
        "four feeds in the order of time; four readings of time 40 are in the order of their feeds \
         (time, value)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_reading_goes_on_as_soon_as_its_turn_is_certain() {
    let (east, east_feed) = mpsc::channel(10);
    let (west, west_feed) = mpsc::channel(10);
    let (merged, mut readings) = mpsc::channel(10);
    tokio::spawn(merge(vec![east_feed, west_feed], merged));
    let mut out = async |why: &str, expected: &[u64]| {
        // Whatever is to happen has happened after a second.
        sleep(SECOND).await;
        let mut times = Vec::new();
        while let Ok(reading) = readings.try_recv() {
            times.push(reading.at);
        }
        assert_eq!(
            times, expected,
            "{why} (times that came out since the last step)"
        );
    };
    let send = async |to: &mpsc::Sender<Reading>, at| {
        to.send(reading(at, "a", 0)).await.expect("merge reads it");
    };

    send(&east, 10).await;
    out(
        "east has shown 10; west is open, and may still have a 7",
        &[],
    )
    .await;
    send(&west, 12).await;
    out("west has shown 12, so nothing before 10 can come", &[10]).await;
    send(&west, 14).await;
    out("east is open, and may still have an 11", &[]).await;
    send(&east, 13).await;
    out(
        "east has shown 13, so 12 is certain; 13 too, as west has shown 14",
        &[12, 13],
    )
    .await;
    drop(east);
    out("east is closed, so 14 is certain", &[14]).await;
    send(&west, 20).await;
    out("west is the only one left", &[20]).await;
    drop(west);
    sleep(SECOND).await;
    assert_eq!(
        readings.try_recv(),
        Err(TryRecvError::Disconnected),
        "both feeds are closed and everything is passed on: merge must end"
    );
}

#[tokio::test(start_paused = true)]
async fn a_merge_that_nobody_reads_makes_its_feeds_wait() {
    const FEEDS: usize = 3;
    let taken = Arc::new(Mutex::new(0));
    let feeds = (0..FEEDS)
        .map(|_| {
            let (sender, receiver) = mpsc::channel(1);
            let taken = Arc::clone(&taken);
            tokio::spawn(async move {
                for at in 0..100 {
                    if sender.send(reading(at, "a", 0)).await.is_err() {
                        return;
                    }
                    *taken.lock().expect("no panic under the lock") += 1;
                }
            });
            receiver
        })
        .collect();
    let (merged, readings) = mpsc::channel(1);
    tokio::spawn(merge(feeds, merged));
    sleep(SECOND).await;
    // One in each feed's channel, one of each feed in hand, one that is being sent, one sent.
    let most = FEEDS + FEEDS + 1 + 1;
    let taken = *taken.lock().expect("no panic under the lock");
    assert!(
        taken <= most,
        "nobody reads what is merged, and {taken} readings of {FEEDS} feeds were taken; with a place in \
         each channel and one reading of each feed in hand that is {most} at most"
    );
    assert_eq!(
        all(readings).await.len(),
        FEEDS * 100,
        "once somebody reads, all of them come"
    );
}

#[tokio::test(start_paused = true)]
async fn feeds_learn_that_nobody_reads_any_more() {
    let (east, east_feed) = mpsc::channel(10);
    let (west, west_feed) = mpsc::channel(10);
    let (merged, mut readings) = mpsc::channel(10);
    let merging = tokio::spawn(merge(vec![east_feed, west_feed], merged));
    for (feed, at) in [(&east, 1), (&west, 2), (&east, 3)] {
        feed.send(reading(at, "a", 0))
            .await
            .expect("merge reads it");
    }
    assert_eq!(
        timeout(DAY, readings.recv()).await,
        Ok(Some(reading(1, "a", 0))),
        "west has shown 2, so 1 must come out"
    );
    sleep(SECOND).await;
    // West has shown 2, east has shown 3: merge waits for west.
    drop(readings);
    let start = Instant::now();
    timeout(DAY, merging)
        .await
        .expect(
            "nobody reads any more; merge waits for a silent feed, and has not ended within a day",
        )
        .expect("merge must not panic");
    assert_eq!(
        (start.elapsed(), east.is_closed(), west.is_closed()),
        (Duration::ZERO, true, true),
        "merge must end at once, and both feeds must be closed (after how long, east, west)"
    );
}

/// Turbines' queues, each with a reader that takes its time for each reading.
#[derive(Clone, Default)]
struct Readers {
    /// What each turbine's reader has got.
    got: Arc<Mutex<BTreeMap<String, Vec<i64>>>>,
    opened: Arc<Mutex<Vec<String>>>,
}

impl Readers {
    fn open(&self, turbine: &str, places: usize, takes: Duration) -> mpsc::Sender<Reading> {
        self.opened
            .lock()
            .expect("no panic under the lock")
            .push(turbine.to_owned());
        let (queue, mut readings) = mpsc::channel(places);
        let got = Arc::clone(&self.got);
        tokio::spawn(async move {
            while let Some(Reading { turbine, value, .. }) = readings.recv().await {
                got.lock()
                    .expect("no panic under the lock")
                    .entry(turbine)
                    .or_default()
                    .push(value);
                sleep(takes).await;
            }
        });
        queue
    }

    fn got(&self, turbine: &str) -> Vec<i64> {
        let got = self.got.lock().expect("no panic under the lock");
        got.get(turbine).cloned().unwrap_or_default()
    }

    fn opened(&self) -> Vec<String> {
        self.opened.lock().expect("no panic under the lock").clone()
    }
}

async fn lost(splitting: JoinHandle<BTreeMap<String, u64>>) -> Vec<(String, u64)> {
    timeout(DAY, splitting)
        .await
        .expect("no reading can come any more: split must return, and has not within a day")
        .expect("split must not panic")
        .into_iter()
        .collect()
}

#[tokio::test(start_paused = true)]
async fn each_turbine_gets_its_own_readings_in_order() {
    let readers = Readers::default();
    let opening = readers.clone();
    let readings = (0..60).map(|n| reading(n, ["a", "b", "c"][n as usize % 3], n as i64));
    let splitting = tokio::spawn(split(feed(readings), move |turbine| {
        opening.open(turbine, 100, Duration::ZERO)
    }));
    assert_eq!(lost(splitting).await, [], "there was room for everything");
    sleep(SECOND).await;
    for (offset, turbine) in (0..).zip(["a", "b", "c"]) {
        let expected: Vec<i64> = (0..20).map(|n| 3 * n + offset).collect();
        assert_eq!(
            readers.got(turbine),
            expected,
            "what the reader of {turbine} got"
        );
    }
    assert_eq!(
        readers.opened(),
        ["a", "b", "c"],
        "a queue is opened when a turbine's first reading comes, and once"
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_turbine_holds_up_no_other() {
    let readers = Readers::default();
    let opening = readers.clone();
    let (merged, readings) = mpsc::channel(10);
    // The reader of `slow` takes an hour for each reading. It gets one, and two wait in its queue.
    let splitting = tokio::spawn(split(readings, move |turbine| match turbine {
        "slow" => opening.open(turbine, 2, Duration::from_secs(3_600)),
        _ => opening.open(turbine, 10, Duration::ZERO),
    }));
    for n in 0..100 {
        for turbine in ["slow", "fast"] {
            merged
                .send(reading(n, turbine, n as i64))
                .await
                .expect("split reads it");
        }
        sleep(SECOND).await;
    }
    assert_eq!(
        readers.got("fast").len(),
        100,
        "100 readings of `fast` came in 100 s, while the reader of `slow` was busy with its first; so \
         many its own reader must have got by then"
    );
    drop(merged);
    assert_eq!(
        lost(splitting).await,
        [("slow".to_owned(), 97)],
        "of 100 readings of `slow` one was taken and two wait; the others are lost, and counted"
    );
    sleep(DAY).await;
    assert_eq!(
        readers.got("slow"),
        [0, 1, 2],
        "what waited in the queue still reaches the reader"
    );
}

#[tokio::test(start_paused = true)]
async fn a_turbine_without_a_reader_is_counted_and_not_opened_again() {
    let readers = Readers::default();
    let opening = readers.clone();
    let readings = (0..40).map(|n| reading(n, ["gone", "here"][n as usize % 2], n as i64));
    let splitting = tokio::spawn(split(feed(readings), move |turbine| {
        let queue = opening.open(turbine, 100, Duration::ZERO);
        if turbine == "gone" {
            // Its reader has ended before it got anything.
            return mpsc::channel(1).0;
        }
        queue
    }));
    assert_eq!(
        lost(splitting).await,
        [("gone".to_owned(), 20)],
        "nobody reads the queue of `gone`: its 20 readings are lost, and counted"
    );
    sleep(SECOND).await;
    assert_eq!(
        readers.got("here").len(),
        20,
        "`here` gets all of its readings"
    );
    assert_eq!(
        readers.opened(),
        ["gone", "here"],
        "each queue is opened once, also the one that nobody reads"
    );
}
