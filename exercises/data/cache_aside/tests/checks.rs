//! A cache beside a database that takes its time. The clock is tokio's, paused: it jumps to the next timer as soon as
//! every task waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_aside::{Cache, Source};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

const TTL: Duration = Duration::from_secs(60);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TimedOut;

#[derive(Default)]
struct State {
    values: HashMap<String, String>,
    loads: usize,
    /// Whether writes are made, and then not confirmed.
    confirms_nothing: bool,
}

/// A load takes 100 ms and reads at the beginning; a write takes 40 ms and writes in the middle.
#[derive(Clone, Default)]
struct Database(Arc<Mutex<State>>);

impl Database {
    fn state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().expect("no panic under the lock"))
    }

    /// Somebody else's write, past the cache.
    fn write(&self, key: &str, value: &str) {
        self.state(|state| state.values.insert(key.to_owned(), value.to_owned()));
    }

    /// The loads since the last time.
    fn loads(&self) -> usize {
        self.state(|state| std::mem::take(&mut state.loads))
    }
}

impl Source for Database {
    type Error = TimedOut;

    async fn load(&self, key: &str) -> Result<String, TimedOut> {
        let value = self.state(|state| {
            state.loads += 1;
            state.values.get(key).cloned()
        });
        sleep(ms(100)).await;
        value.ok_or(TimedOut)
    }

    async fn store(&self, key: &str, value: &str) -> Result<(), TimedOut> {
        sleep(ms(20)).await;
        self.write(key, value);
        sleep(ms(20)).await;
        if self.state(|state| state.confirms_nothing) {
            return Err(TimedOut);
        }
        Ok(())
    }
}

/// The cache of a service, the database, and when it all began.
#[derive(Clone)]
struct Service {
    cache: Arc<Cache<Database>>,
    database: Database,
    start: Instant,
}

impl Service {
    fn start() -> Self {
        let database = Database::default();
        database.write("price", "old");
        Self {
            cache: Arc::new(Cache::new(database.clone(), TTL)),
            database,
            start: Instant::now(),
        }
    }

    async fn get(&self, key: &str) -> Result<String, TimedOut> {
        timeout(TTL * 100, self.cache.get(key))
            .await
            .expect("a read must come to an end")
    }

    async fn price(&self) -> String {
        self.get("price").await.expect("there is a price")
    }

    /// A read that begins so many milliseconds after the start.
    fn read_at(&self, millis: u64) -> JoinHandle<String> {
        let service = self.clone();
        tokio::spawn(async move {
            sleep_until(service.start + ms(millis)).await;
            service.price().await
        })
    }

    /// A write that begins so many milliseconds after the start.
    fn write_at(&self, millis: u64, value: &'static str) -> JoinHandle<Result<(), TimedOut>> {
        let service = self.clone();
        tokio::spawn(async move {
            sleep_until(service.start + ms(millis)).await;
            service.cache.set("price", value).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_copy_saves_a_load() {
    let service = Service::start();
    service.database.write("name", "lamp");
    for _ in 0..3 {
        assert_eq!(service.price().await, "old");
        assert_eq!(service.get("name").await, Ok("lamp".to_owned()));
    }
    assert_eq!(
        service.database.loads(),
        2,
        "six reads of two keys within a minute are two loads"
    );
    assert_eq!(
        service.get("nothing").await,
        Err(TimedOut),
        "the source's error"
    );
    service.database.write("nothing", "now");
    assert_eq!(
        service.get("nothing").await,
        Ok("now".to_owned()),
        "errors are not kept"
    );
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_never_older_than_its_time() {
    let service = Service::start();
    // Loaded from 0 to 100 ms, from what was there at 0.
    service.price().await;
    service.database.write("price", "new");
    for (at, expected) in [
        (30_000, "old"),
        (59_000, "old"),
        (59_999, "old"),
        (60_000, "new"),
    ] {
        let value = service.read_at(at).await.expect("no panic");
        assert_eq!(
            value, expected,
            "somebody else has changed the price right after it was read, at 0 ms. At {at} ms, a copy may be used for \
             {TTL:?} since it was loaded, counted from the beginning of the load, however often it is read"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_at_once_are_one_load() {
    let service = Service::start();
    service.database.write("name", "lamp");
    for round in ["with an empty cache", "when the copy has ended"] {
        let readers: Vec<_> = (0..100)
            .map(|n| service.read_at(service.start.elapsed().as_millis() as u64 + n % 90))
            .collect();
        for reader in readers {
            assert_eq!(reader.await.expect("no panic"), "old");
        }
        assert_eq!(
            service.database.loads(),
            1,
            "{round}, 100 readers come within the 100 ms of one load. If each makes one of its own, the database gets \
             all of them at the moment at which the cache is of no use"
        );
        sleep(TTL).await;
    }
    let (slow, before) = (service.read_at(0), Instant::now());
    tokio::task::yield_now().await;
    assert_eq!(service.get("name").await, Ok("lamp".to_owned()));
    assert_eq!(
        before.elapsed(),
        ms(100),
        "another key does not wait for the load of this one"
    );
    slow.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_write_is_seen_by_every_later_read() {
    // The write begins at 100 ms, is made at 120 and returns at 140, unless the cache keeps it waiting.
    for (reader, again) in (0..200).step_by(5).flat_map(|at| [(at, false), (at, true)]) {
        let service = Service::start();
        let other = service.read_at(reader);
        let written = service.write_at(100, "new").await.expect("no panic");
        assert_eq!(written, Ok(()));
        let after = if again {
            service.price().await
        } else {
            "new".to_owned()
        };
        other.await.expect("no panic");
        let later = service.read_at(5_000).await.expect("no panic");
        assert_eq!(
            (after.as_str(), later.as_str()),
            ("new", "new"),
            "a write has begun at 100 ms and returned; the price is read afterwards, at once (or not at all) and at 5 s. \
             There was a reader at {reader} ms, whose load takes 100: a value that is older than the write, and comes \
             after it, must not become the copy"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_fails_leaves_no_old_copy() {
    let service = Service::start();
    service.price().await;
    service
        .database
        .state(|state| state.confirms_nothing = true);
    assert_eq!(service.cache.set("price", "new").await, Err(TimedOut));
    assert_eq!(
        service.price().await,
        "new",
        "the write has timed out, and nobody knows whether it was made; the old copy must not be used any more"
    );

    let service = Service::start();
    service.price().await;
    let given_up = timeout(ms(30), service.cache.set("price", "new")).await;
    assert!(
        given_up.is_err(),
        "the caller of a write of 40 ms goes away after 30"
    );
    assert_eq!(
        service.price().await,
        "new",
        "the write was given up after it was made, which nobody knows; the old copy must not be used any more"
    );
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_goes_away_takes_nothing_along() {
    let service = Service::start();
    let waits = service.read_at(20);
    let given_up = timeout(ms(50), service.price()).await;
    assert!(
        given_up.is_err(),
        "the reader who began the load goes away after 50 of 100 ms"
    );
    assert_eq!(
        waits.await.expect("no panic"),
        "old",
        "the other one gets the price all the same"
    );
    assert_eq!(service.price().await, "old");
}
