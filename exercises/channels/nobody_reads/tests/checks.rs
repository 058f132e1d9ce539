//! Each event has one answer. The clock is tokio's, paused: it jumps to the next timer as soon as every
//! task waits, so that a day takes no time and a wait without an end shows.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nobody_reads::{Ended, Event, PATIENCE, Shipper, Store, StoreError, Trail, Unrecorded, trail};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);

fn event(number: usize) -> Event {
    Event {
        text: format!("event {number:02}"),
    }
}

/// A store whose writes take their time, and which fails from the n-th on.
#[derive(Clone)]
struct Disk {
    takes: Duration,
    fails_at: usize,
    stored: Arc<Mutex<Vec<String>>>,
}

impl Disk {
    fn new(takes: Duration, fails_at: usize) -> Self {
        Self {
            takes,
            fails_at,
            stored: Arc::default(),
        }
    }

    fn stored(&self) -> Vec<String> {
        self.stored.lock().expect("no panic under the lock").clone()
    }
}

impl Store for Disk {
    async fn write(&mut self, event: &Event) -> Result<(), StoreError> {
        sleep(self.takes).await;
        let mut stored = self.stored.lock().expect("no panic under the lock");
        if stored.len() + 1 >= self.fails_at {
            return Err(full());
        }
        stored.push(event.text.clone());
        Ok(())
    }
}

fn full() -> StoreError {
    StoreError {
        reason: "no space left".to_owned(),
    }
}

/// Starts the shipper. Its task hands it back, so that it lives on when it has ended.
fn start(mut shipper: Shipper, disk: &Disk) -> JoinHandle<(Shipper, Ended)> {
    let mut disk = disk.clone();
    tokio::spawn(async move {
        let ended = shipper.run(&mut disk).await;
        (shipper, ended)
    })
}

async fn ended(shipping: JoinHandle<(Shipper, Ended)>) -> (Shipper, Ended) {
    timeout(DAY, shipping)
        .await
        .expect("run must return, and has not within a day")
        .expect("run must not panic")
}

/// The answer, and after how long it came.
async fn record(trail: &Trail, number: usize) -> (Result<(), Unrecorded>, Duration) {
    let start = Instant::now();
    let answer = timeout(DAY, trail.record(event(number)))
        .await
        .unwrap_or_else(|_| {
            panic!(
                "event {number:02}: record has not returned after a day; \
                 whoever waits for a place must get an answer, at the latest after {PATIENCE:?}"
            )
        });
    // Tokio's timers are exact to a millisecond.
    let took = Duration::from_secs_f64((start.elapsed().as_secs_f64() * 100.0).round() / 100.0);
    (answer, took)
}

#[tokio::test(start_paused = true)]
async fn what_is_recorded_is_stored_in_order() {
    let disk = Disk::new(SECOND, usize::MAX);
    let (trail, shipper) = trail(2);
    let shipping = start(shipper, &disk);
    for number in 1..=6 {
        let (answer, _) = record(&trail, number).await;
        assert_eq!(
            answer,
            Ok(()),
            "event {number:02}: a place comes free each second, and patience is {PATIENCE:?}"
        );
    }
    drop(trail);
    let (_, ended) = ended(shipping).await;
    assert_eq!(
        ended,
        Ended {
            error: None,
            unshipped: vec![]
        },
        "nobody can record anything more, and everything is stored"
    );
    let expected: Vec<_> = (1..=6).map(|number| event(number).text).collect();
    assert_eq!(disk.stored(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_trail_that_stays_full_gives_the_event_back() {
    let disk = Disk::new(10 * SECOND, usize::MAX);
    let (trail, shipper) = trail(2);
    let shipping = start(shipper, &disk);
    sleep(SECOND).await;
    // One is being written for 10 s, two fill the places.
    for number in 1..=3 {
        assert_eq!(record(&trail, number).await, (Ok(()), Duration::ZERO));
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(
        record(&trail, 4).await,
        (Err(Unrecorded::Busy(event(4))), PATIENCE),
        "the trail is full for the next 10 s: the event comes back when patience is at its end"
    );
    drop(trail);
    ended(shipping).await;
    assert_eq!(
        disk.stored(),
        ["event 01", "event 02", "event 03"],
        "an event that was given back is not stored as well, and one that was accepted is"
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_shipper_the_event_comes_back_at_once() {
    let (trail, shipper) = trail(2);
    assert_eq!(record(&trail, 1).await, (Ok(()), Duration::ZERO));
    drop(shipper);
    assert_eq!(
        record(&trail, 2).await,
        (Err(Unrecorded::Stopped(event(2))), Duration::ZERO),
        "the shipper was dropped, so nobody will ever read this event"
    );
}

#[tokio::test(start_paused = true)]
async fn a_record_that_waits_learns_that_the_shipper_has_stopped() {
    let disk = Disk::new(SECOND, 1);
    let (trail, shipper) = trail(1);
    let shipping = start(shipper, &disk);
    record(&trail, 1).await.0.expect("there is a place");
    tokio::task::yield_now().await;
    record(&trail, 2)
        .await
        .0
        .expect("the first is being written");
    assert_eq!(
        record(&trail, 3).await,
        (Err(Unrecorded::Stopped(event(3))), SECOND),
        "the store fails after a second, while this event waits for a place: it must not wait for one \
         any longer, although somebody still owns the shipper"
    );
    let (_shipper, ended) = ended(shipping).await;
    assert_eq!(ended.error, Some(full()));
}

#[tokio::test(start_paused = true)]
async fn a_shipper_that_ended_accepts_nothing() {
    let disk = Disk::new(Duration::ZERO, 1);
    let (trail, shipper) = trail(8);
    let shipping = start(shipper, &disk);
    record(&trail, 1).await.0.expect("there is a place");
    let (shipper, ended) = ended(shipping).await;
    assert_eq!(ended.error, Some(full()));
    assert_eq!(
        record(&trail, 2).await,
        (Err(Unrecorded::Stopped(event(2))), Duration::ZERO),
        "run has returned; its shipper lies in somebody's struct, and accepting an event now means \
         that it is never read"
    );
    drop(shipper);
}

#[tokio::test(start_paused = true)]
async fn every_event_has_exactly_one_answer() {
    const EVENTS: usize = 20;
    let disk = Disk::new(SECOND / 4, 4);
    let (trail, shipper) = trail(5);
    let shipping = start(shipper, &disk);
    let mut recording = Vec::new();
    for number in 1..=EVENTS {
        let trail = trail.clone();
        recording.push(tokio::spawn(async move { record(&trail, number).await.0 }));
    }
    let mut accepted = 0;
    let mut given_back = Vec::new();
    for recorded in recording {
        match recorded.await.expect("record must not panic") {
            Ok(()) => accepted += 1,
            Err(Unrecorded::Busy(event) | Unrecorded::Stopped(event)) => {
                given_back.push(event.text);
            }
        }
    }
    let (_shipper, ended) = ended(shipping).await;
    let stored = disk.stored();
    let unshipped: Vec<_> = ended
        .unshipped
        .into_iter()
        .map(|event| event.text)
        .collect();
    assert_eq!(
        stored.len() + unshipped.len(),
        accepted,
        "{accepted} of {EVENTS} events were accepted; {stored:?} are stored, and of the others run \
         must name each, the one that failed and those that were still in the queue: {unshipped:?}"
    );
    let mut all = [stored.clone(), unshipped.clone()].concat();
    assert!(
        all.is_sorted(),
        "events are accepted in the order of their numbers, and stored {stored:?} and left over \
         {unshipped:?} in that order"
    );
    all.extend(given_back);
    all.sort();
    let expected: Vec<_> = (1..=EVENTS).map(|number| event(number).text).collect();
    assert_eq!(
        all, expected,
        "stored, left over or given back: each event is in exactly one place"
    );
}
