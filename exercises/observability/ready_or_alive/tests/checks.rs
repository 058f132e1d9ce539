//! What probes are told. Time is paused: it moves on when everybody waits.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{join, join_all};
use ready_or_alive::{Answer, Checking, Dependency, FRESH, Health, PATIENCE};
use tokio::time::{Instant, advance, sleep, timeout};

const MS: Duration = Duration::from_millis(1);

/// No answer may take so long.
const DAY: Duration = Duration::from_secs(86_400);

/// How a dependency behaves.
#[derive(Debug, Clone, Copy)]
enum Way {
    Well,
    Broken,
    Hangs,
    Takes(Duration),
}

/// A dependency whose behaviour can be changed, and which counts how often it was asked. Clones are the same one.
#[derive(Clone)]
struct Fake {
    name: &'static str,
    needed: bool,
    way: Arc<Mutex<Way>>,
    asked: Arc<AtomicUsize>,
}

impl Fake {
    fn new(name: &'static str, way: Way) -> Self {
        Self {
            name,
            needed: true,
            way: Arc::new(Mutex::new(way)),
            asked: Arc::default(),
        }
    }

    fn is_now(&self, way: Way) {
        *self.way.lock().expect("no panic under the lock") = way;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Dependency for Fake {
    fn name(&self) -> &str {
        self.name
    }

    fn needed(&self) -> bool {
        self.needed
    }

    fn check(&self) -> Checking<'_> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let way = *self.way.lock().expect("no panic under the lock");
        Box::pin(async move {
            match way {
                Way::Well => Ok(()),
                Way::Broken => Err("can't log in to db7.internal as shop:hunter2".to_owned()),
                Way::Hangs => pending().await,
                Way::Takes(time) => {
                    sleep(time).await;
                    Ok(())
                }
            }
        })
    }
}

fn health(dependencies: &[&Fake]) -> Health {
    let dependencies = dependencies.iter();
    Health::new(
        dependencies
            .map(|&fake| Box::new(fake.clone()) as Box<dyn Dependency>)
            .collect(),
    )
}

/// The answer of `/readyz`, and how long it took.
async fn ready(health: &Health) -> (Answer, Duration) {
    let begun = Instant::now();
    let answer = timeout(DAY, health.ready()).await;
    let answer =
        answer.expect("`ready` must answer, whatever a dependency does, and it has not for a day");
    (answer, begun.elapsed())
}

async fn ready_status(health: &Health) -> u16 {
    ready(health).await.0.status
}

#[tokio::test(start_paused = true)]
async fn being_alive_takes_nobody_else() {
    let (db, cache) = (
        Fake::new("orders-db", Way::Hangs),
        Fake::new("cache", Way::Broken),
    );
    let health = health(&[&db, &cache]);
    for state in ["is starting", "runs", "is draining"] {
        match state {
            "runs" => health.started(),
            "is draining" => health.drain(),
            _ => {}
        }
        let status = timeout(DAY, health.live())
            .await
            .map(|answer| answer.status);
        assert_eq!(
            status,
            Ok(200),
            "the service {state}, its database hangs, its cache is broken. None of that is mended by killing the process, which \
             is what any other answer than 200 asks for"
        );
    }
    assert_eq!(
        (db.asked(), cache.asked()),
        (0, 0),
        "liveness must ask nobody (left: how often they were asked)"
    );
}

#[tokio::test(start_paused = true)]
async fn ready_from_the_start_until_a_dependency_is_missed() {
    let (db, cache) = (
        Fake::new("orders-db", Way::Well),
        Fake::new("cache", Way::Well),
    );
    let health = health(&[&db, &cache]);
    assert_eq!(
        (ready_status(&health).await, db.asked()),
        (503, 0),
        "before `started` no request should come, and nobody needs to be asked about it"
    );
    health.started();
    assert_eq!(
        ready_status(&health).await,
        200,
        "started, and everything is well"
    );
    db.is_now(Way::Broken);
    sleep(FRESH + MS).await;
    let (answer, _) = ready(&health).await;
    assert_eq!(answer.status, 503, "the database is broken");
    assert!(
        answer.body.contains("orders-db") && !answer.body.contains("cache"),
        "whoever is woken by it needs to know which one is missing, and the body is {:?}",
        answer.body
    );
    assert!(
        !answer.body.contains("hunter2") && !answer.body.contains("db7"),
        "anybody can ask for this. What the database said belongs into the log, and the body is {:?}",
        answer.body
    );
    db.is_now(Way::Well);
    sleep(FRESH + MS).await;
    assert_eq!(
        ready_status(&health).await,
        200,
        "the database is back, and so are we"
    );
}

#[tokio::test(start_paused = true)]
async fn two_that_hang_take_one_second() {
    let (db, mail) = (
        Fake::new("orders-db", Way::Hangs),
        Fake::new("mail", Way::Hangs),
    );
    let slow = Fake::new("search", Way::Takes(PATIENCE - MS));
    let health = health(&[&db, &slow, &mail]);
    health.started();
    let (answer, took) = ready(&health).await;
    assert_eq!(answer.status, 503, "two dependencies do not answer");
    assert!(
        answer.body.contains("orders-db")
            && answer.body.contains("mail")
            && !answer.body.contains("search"),
        "all that hang are named, and not the one that answered a moment before its time was up: {:?}",
        answer.body
    );
    assert!(
        took <= PATIENCE + MS,
        "each may take {PATIENCE:?}, and they are asked at the same time, so the answer takes {PATIENCE:?} and not {took:?}; a prober \
         gives up soon after"
    );
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_probes_asks_once() {
    for way in [Way::Takes(MS * 300), Way::Broken, Way::Hangs] {
        let db = Fake::new("orders-db", way);
        let health = health(&[&db]);
        health.started();
        join_all((0..50).map(|_| ready(&health))).await;
        assert_eq!(
            db.asked(),
            1,
            "fifty probes came at the same time, and the database ({way:?}) is to be asked once for all of them"
        );
        sleep(FRESH - MS).await;
        ready(&health).await;
        assert_eq!(
            db.asked(),
            1,
            "what the database ({way:?}) said is good for {FRESH:?}. A bad answer, too: it has enough to do without probes"
        );
        sleep(MS * 2).await;
        ready(&health).await;
        assert_eq!(
            db.asked(),
            2,
            "after {FRESH:?} the database ({way:?}) is asked again"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_drain_is_told_at_once() {
    let db = Fake::new("orders-db", Way::Takes(MS * 400));
    let health = health(&[&db]);
    health.started();
    assert_eq!(ready_status(&health).await, 200, "everything is well");
    health.drain();
    let (answer, took) = ready(&health).await;
    assert_eq!(
        (answer.status, took, db.asked()),
        (503, Duration::ZERO, 1),
        "a drain is known here: nobody has to be asked, and no answer from before counts any more"
    );
    health.started();
    assert_eq!(
        ready_status(&health).await,
        503,
        "there is no way back from a drain"
    );
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_begins_during_a_probe_counts() {
    let db = Fake::new("orders-db", Way::Takes(MS * 400));
    let health = health(&[&db]);
    health.started();
    let drain = async {
        advance(MS * 200).await;
        health.drain();
    };
    let ((answer, _), ()) = join(ready(&health), drain).await;
    assert_eq!(
        answer.status, 503,
        "the database was asked, then the drain began, then the database said that it was well. An answer of 200 would bring \
         requests to a service that stops"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_needed_does_not_count() {
    let mut cache = Fake::new("cache", Way::Broken);
    cache.needed = false;
    let db = Fake::new("orders-db", Way::Well);
    let health = health(&[&cache, &db]);
    health.started();
    let (answer, _) = ready(&health).await;
    assert_eq!(
        answer.status, 200,
        "without the cache the service is slow and of use. All instances share that cache, so 503 would take all of them out"
    );
    assert!(
        answer.body.contains("cache"),
        "it is said all the same, and the body is {:?}",
        answer.body
    );
    db.is_now(Way::Broken);
    sleep(FRESH + MS).await;
    assert_eq!(ready_status(&health).await, 503, "the database is needed");
}
