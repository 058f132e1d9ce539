//! One load for all, and what becomes of it. The clock is tokio's, paused: it jumps to the next timer as
//! soon as every task waits.

use std::hash::{Hash, Hasher};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use probes::live::{Counted, Tracker};
use probes::tasks;
use single_flight::{Failure, Flights};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A key whose life is counted, since what a map keeps of the past is keys.
#[derive(Clone)]
struct Key {
    name: &'static str,
    _counted: Counted,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

#[derive(Debug, PartialEq, Eq)]
struct TimedOut;

/// How a load ends.
#[derive(Debug, Clone, Copy)]
enum Ends {
    Well,
    Failing,
    Panicking,
}

/// The database with the offers, and the flights in front of it.
#[derive(Clone)]
struct Shop {
    flights: Arc<Flights<Key, usize, TimedOut>>,
    keys: Tracker,
    /// The loads that are under way.
    loading: Tracker,
    /// How many loads have begun. Each returns its number.
    loads: Arc<AtomicUsize>,
    start: Instant,
}

type Got = Result<usize, Failure<TimedOut>>;

impl Shop {
    fn open() -> Self {
        Self {
            flights: Arc::new(Flights::new()),
            keys: Tracker::new(),
            loading: Tracker::new(),
            loads: Arc::default(),
            start: Instant::now(),
        }
    }

    /// Asks for a key whose load, if there must be one, takes so long and ends like that.
    async fn get(&self, name: &'static str, takes: Duration, ends: Ends) -> Got {
        let key = Key {
            name,
            _counted: self.keys.token(),
        };
        let (loads, loading) = (Arc::clone(&self.loads), self.loading.clone());
        let load = move || async move {
            let number = loads.fetch_add(1, Ordering::Relaxed) + 1;
            let _loading = loading.token();
            sleep(takes).await;
            match ends {
                Ends::Well => Ok(number),
                Ends::Failing => Err(TimedOut),
                Ends::Panicking => panic!("load {number} panics, as the test wants it to"),
            }
        };
        timeout(DAY, self.flights.get(key, load))
            .await
            .unwrap_or_else(|_| panic!("a caller for `{name}` has had no answer for a day"))
    }

    /// A caller that comes after so many milliseconds, and then waits. It returns what it got, and when.
    fn caller(
        &self,
        comes: u64,
        name: &'static str,
        takes: Duration,
        ends: Ends,
    ) -> JoinHandle<(Got, u128)> {
        let shop = self.clone();
        tokio::spawn(async move {
            sleep(ms(comes)).await;
            let got = shop.get(name, takes, ends).await;
            (got, shop.start.elapsed().as_millis())
        })
    }

    fn loads(&self) -> usize {
        self.loads.load(Ordering::Relaxed)
    }
}

async fn all(callers: Vec<JoinHandle<(Got, u128)>>) -> Vec<(Got, u128)> {
    let mut got = Vec::new();
    for caller in callers {
        match caller.await {
            Ok(answer) => got.push(answer),
            Err(error) => {
                panic!("a caller panicked, and a load's panic must not reach it: {error}")
            }
        }
    }
    got
}

fn value(got: &Got) -> Option<usize> {
    got.as_ref().ok().copied()
}

#[tokio::test(start_paused = true)]
async fn five_hundred_requests_are_one_load() {
    let shop = Shop::open();
    let callers = (0..500).map(|n| shop.caller(n % 100, "offers", ms(100), Ends::Well));
    let got = all(callers.collect()).await;
    assert_eq!(
        shop.loads(),
        1,
        "500 callers come within the 100 ms of one load, which must be the only one"
    );
    for (value, when) in got {
        assert_eq!(
            (value.ok(), when),
            (Some(1), 100),
            "each caller must get the value of load 1, when it is there"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn keys_do_not_wait_for_each_other() {
    let shop = Shop::open();
    let got = all(vec![
        shop.caller(0, "offers", ms(100), Ends::Well),
        shop.caller(10, "news", ms(20), Ends::Well),
        shop.caller(20, "offers", ms(100), Ends::Well),
    ])
    .await;
    let got: Vec<_> = got.iter().map(|(got, when)| (value(got), *when)).collect();
    assert_eq!(
        got,
        [(Some(1), 100), (Some(2), 30), (Some(1), 100)],
        "`offers` is loaded from 0 to 100 ms, `news` from 10 to 30 ms, each by its own load"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared() {
    let shop = Shop::open();
    let callers = (0..500).map(|n| shop.caller(n, "offers", ms(2_000), Ends::Failing));
    let got = all(callers.collect()).await;
    let last = got.iter().map(|&(_, when)| when).max();
    assert_eq!(
        (shop.loads(), last),
        (1, Some(2_000)),
        "500 callers wait for a load that fails after 2,000 ms (left: loads, and when the last caller was \
         told); all must get that failure, and must not try one load after the other"
    );
    let mut failures = got.into_iter().map(|(got, _)| match got {
        Err(Failure::Load(error)) => error,
        other => panic!("the load has failed, and a caller got {other:?}"),
    });
    let first = failures.next().expect("there are callers");
    assert!(
        failures.all(|failure| Arc::ptr_eq(&failure, &first)),
        "all callers must get the same failure, that of the one load"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_remembered() {
    let shop = Shop::open();
    let ends = [
        Ends::Well,
        Ends::Well,
        Ends::Failing,
        Ends::Well,
        Ends::Failing,
    ];
    for (before, ends) in ends.into_iter().enumerate() {
        let got = shop.get("offers", ms(10), ends).await;
        assert_eq!(
            shop.loads(),
            before + 1,
            "a caller comes, the load before it has ended, and must not be remembered; got {got:?}"
        );
        match ends {
            Ends::Well => assert_eq!(value(&got), Some(before + 1)),
            _ => assert!(matches!(got, Err(Failure::Load(_))), "got {got:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_load_outlives_the_caller_who_began_it() {
    let shop = Shop::open();
    let first = shop.caller(0, "offers", ms(100), Ends::Well);
    let second = shop.caller(10, "offers", ms(100), Ends::Well);
    let third = shop.caller(60, "offers", ms(100), Ends::Well);
    sleep(ms(30)).await;
    first.abort();
    let got = all(vec![second, third]).await;
    let got: Vec<_> = got.iter().map(|(got, when)| (value(got), *when)).collect();
    assert_eq!(
        (shop.loads(), got),
        (1, vec![(Some(1), 100), (Some(1), 100)]),
        "callers come at 0, 10 and 60 ms for a load of 100 ms, and the first goes away at 30 ms; the load \
         belongs to all who wait for it, so it must go on (left: loads, and what the others got and when)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_told_to_all_and_forgotten() {
    let shop = Shop::open();
    let callers = (0..10).map(|n| shop.caller(n, "offers", ms(50), Ends::Panicking));
    for (got, when) in all(callers.collect()).await {
        assert!(
            matches!(got, Err(Failure::Panicked)) && when == 50,
            "the load panics at 50 ms; each of 10 callers must be told so then, and one got {got:?} \
             at {when} ms"
        );
    }
    assert_eq!(shop.loads(), 1, "ten callers came for one load");
    let got = shop.get("offers", ms(50), Ends::Well).await;
    assert_eq!(
        value(&got),
        Some(2),
        "after a load that panicked the next one is as good as any, and the caller got {got:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_is_late_does_not_end_the_next_flight() {
    let shop = Shop::open();
    // Both wait for load 1, and the second does not look at it for a while.
    let mut first = pin!(shop.get("offers", ms(10), Ends::Well));
    let mut late = pin!(shop.get("offers", ms(10), Ends::Well));
    for caller in [&mut first, &mut late] {
        let mut context = Context::from_waker(Waker::noop());
        assert!(
            caller.as_mut().poll(&mut context).is_pending(),
            "the load takes 10 ms, and a caller has an answer at once"
        );
    }
    assert_eq!(value(&first.await), Some(1), "two callers for load 1");

    let next = shop.caller(0, "offers", ms(100), Ends::Well);
    sleep(ms(50)).await;
    let late = late.await;
    assert_eq!(
        value(&late),
        Some(1),
        "it has waited for load 1 all the time"
    );
    let joins = shop.get("offers", ms(100), Ends::Well).await;
    let next = all(vec![next]).await.remove(0).0;
    assert_eq!(
        (shop.loads(), value(&next), value(&joins)),
        (2, Some(2), Some(2)),
        "load 2 was under way when a caller of load 1 left, and when another caller came for it: that one \
         must join load 2 (left: loads, and which one the two callers got)"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_when_nobody_waits() {
    let shop = Shop::open();
    for (name, ends) in [
        ("a", Ends::Well),
        ("b", Ends::Failing),
        ("c", Ends::Panicking),
    ] {
        let callers = (0..5).map(|_| shop.caller(0, name, ms(10), ends));
        let _ended = futures_of(callers.collect()).await;
    }
    let abandoned: Vec<_> = (0..5)
        .map(|_| shop.caller(0, "d", ms(60_000), Ends::Well))
        .collect();
    for _ in 0..10 {
        yield_now().await;
    }
    sleep(ms(1)).await;
    for caller in abandoned {
        caller.abort();
    }
    let tasks = tasks::settle(0).await;
    let loading = shop.loading.alive();
    assert_eq!(
        (tasks, loading),
        (0, 0),
        "all callers have gone away, and a load goes on for nobody (tasks alive, loads under way)"
    );
    assert_eq!(
        shop.keys.alive(),
        0,
        "no load is under way, after one that succeeded, one that failed, one that panicked and one \
         that was abandoned, and so many keys are still held; with a key per customer that is a leak"
    );
}

/// Waits for callers, and does not mind what they got.
async fn futures_of(callers: Vec<JoinHandle<(Got, u128)>>) -> usize {
    let mut ended = 0;
    for caller in callers {
        ended += usize::from(caller.await.is_ok());
    }
    ended
}
