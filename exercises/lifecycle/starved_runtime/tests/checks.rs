//! Who gets a turn while a night is settled. Nothing is timed: a neighbour counts how many readings were settled
//! between two of its turns.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use starved_runtime::{Feed, Reading, Statement, settle};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout};

const READINGS: u64 = 20_000;

/// The most that may be settled between two turns.
const AT_MOST: u64 = 1_024;

/// A night's readings. All of them are there, unless `late` says otherwise.
struct Night {
    readings: u64,
    fetched: Arc<AtomicU64>,
    /// Before each reading whose number is a multiple of this, there is a wait of 10 ms.
    late: Option<u64>,
}

impl Night {
    fn of(readings: u64) -> Self {
        Self {
            readings,
            fetched: Arc::default(),
            late: None,
        }
    }

    fn fetched(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.fetched)
    }
}

impl Feed for Night {
    async fn next(&mut self) -> Option<Reading> {
        let number = self.fetched.load(Ordering::Relaxed);
        if number == self.readings {
            return None;
        }
        if self.late.is_some_and(|late| number.is_multiple_of(late)) {
            sleep(Duration::from_millis(10)).await;
        }
        self.fetched.store(number + 1, Ordering::Relaxed);
        Some(reading(number))
    }
}

fn reading(number: u64) -> Reading {
    Reading {
        meter: number as u32,
        watt_hours: (number * 7919 % 1013) as u32,
    }
}

fn expected(readings: u64) -> Statement {
    let all = || (0..readings).map(reading);
    let most = all().map(|reading| reading.watt_hours).max();
    Statement {
        readings,
        watt_hours: all().map(|reading| u64::from(reading.watt_hours)).sum(),
        peak: all().find(|reading| Some(reading.watt_hours) == most),
    }
}

/// Takes a turn whenever it gets one, and keeps the largest number of readings between two of them. Tokio polls it
/// again after it has looked at timers and sockets, so its turns are theirs as well.
async fn neighbour(fetched: Arc<AtomicU64>, most: Arc<AtomicU64>) {
    let mut before = 0;
    while before < READINGS {
        let now = fetched.load(Ordering::Relaxed);
        most.fetch_max(now - before, Ordering::Relaxed);
        before = now;
        yield_now().await;
    }
}

#[track_caller]
fn assert_turns(who: &str, most: &AtomicU64) {
    let most = most.load(Ordering::Relaxed);
    assert!(
        most <= AT_MOST,
        "{most} readings were settled between two turns of {who}, and it must get one within {AT_MOST}: a poll \
         that does not return keeps the thread"
    );
}

#[tokio::test(start_paused = true)]
async fn a_night_is_settled_exactly() {
    let start = Instant::now();
    for readings in [0, 1, 2, 63, 64, 255, 256, 257, 1_024, 1_025, 5_000] {
        let statement = settle(&mut Night::of(readings)).await;
        assert_eq!(statement, expected(readings), "a night of {readings}");
    }
    assert_eq!(
        start.elapsed(),
        Duration::ZERO,
        "all readings were there, so no time passes; the clock is paused, and moves when every task waits for it"
    );
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_waits_is_waited_for() {
    let start = Instant::now();
    let mut night = Night {
        late: Some(100),
        ..Night::of(3_000)
    };
    assert_eq!(settle(&mut night).await, expected(3_000));
    assert_eq!(
        start.elapsed(),
        Duration::from_millis(300),
        "of 3,000 readings every hundredth is 10 ms late, and nothing else takes time"
    );
}

#[tokio::test]
async fn another_task_gets_a_turn_within_1024_readings() {
    let mut night = Night::of(READINGS);
    let most = Arc::default();
    let turns = tokio::spawn(neighbour(night.fetched(), Arc::clone(&most)));
    let settled = tokio::spawn(async move { settle(&mut night).await });
    let statement = settled.await.expect("it does not panic");
    turns.await.expect("it does not panic");
    assert_turns("another task", &most);
    assert_eq!(statement, expected(READINGS));
}

#[tokio::test]
async fn a_future_of_the_same_task_gets_turns_too() {
    let mut night = Night::of(READINGS);
    let most = Arc::default();
    let turns = neighbour(night.fetched(), Arc::clone(&most));
    let (statement, ()) = tokio::join!(settle(&mut night), turns);
    assert_turns("a future that is joined with it", &most);
    assert_eq!(statement, expected(READINGS));
}

#[tokio::test(start_paused = true)]
async fn a_settlement_without_time_ends() {
    let mut night = Night::of(READINGS);
    let fetched = night.fetched();
    let settled = timeout(Duration::ZERO, settle(&mut night)).await;
    let fetched = fetched.load(Ordering::Relaxed);
    assert!(
        settled.is_err() && fetched <= AT_MOST,
        "its time was over from the start, and {fetched} readings were settled; a timeout looks at the clock when \
         what it is around gives it a turn, which must be within {AT_MOST}"
    );
}

#[tokio::test]
async fn an_aborted_settlement_ends() {
    let mut night = Night::of(READINGS);
    let fetched = night.fetched();
    let settled = tokio::spawn(async move { settle(&mut night).await });
    while fetched.load(Ordering::Relaxed) == 0 {
        yield_now().await;
    }
    let at_abort = fetched.load(Ordering::Relaxed);
    settled.abort();
    let ended = settled.await;
    let fetched = fetched.load(Ordering::Relaxed);
    assert!(
        ended.is_err_and(|error| error.is_cancelled()) && fetched - at_abort <= AT_MOST,
        "whoever wanted to abort it had a turn after {at_abort} readings, and it ended after {fetched} of \
         {READINGS}: a task can be aborted where its poll returns, and nowhere else"
    );
}

#[tokio::test]
async fn turns_are_given_sparingly() {
    for readings in [1_000, READINGS] {
        let mut night = Night::of(readings);
        let mut settling = pin!(settle(&mut night));
        let mut polls = 0;
        let statement = poll_fn(|context| {
            polls += 1;
            settling.as_mut().poll(context)
        })
        .await;
        assert_eq!(statement, expected(readings));
        let turns = polls - 1;
        assert!(
            turns <= readings / 64,
            "for {readings} readings it gave way {turns} times, more than one in 64 readings: each time costs a trip \
             through the scheduler"
        );
    }
}
