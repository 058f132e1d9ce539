//! Each defect of the change, shown by running it, and both places that are right.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Barrier, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use review_concurrency::cache::Cache;
use review_concurrency::ports::{Gauges, Listener, Rounding, Source, Unavailable};
use review_concurrency::refresher::Refresher;

/// A world without anything special: a price of 100 for everything.
struct Plain;

impl Source for Plain {
    fn price(&self, _: &str) -> Result<u64, Unavailable> {
        Ok(100)
    }
}

impl Rounding for Plain {
    fn round(&self, cents: u64) -> u64 {
        cents
    }
}

impl Gauges for Plain {
    fn set(&self, _: &'static str, _: usize) {}
}

fn cache(source: impl Source + 'static) -> Arc<Cache> {
    Arc::new(Cache::new(
        Arc::new(source),
        Arc::new(Plain),
        Arc::new(Plain),
    ))
}

/// Whether something is still not over after a time in which it would be, many times over.
fn hangs(work: impl FnOnce() + Send + 'static) -> bool {
    let (done, over) = channel();
    thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    over.recv_timeout(Duration::from_millis(300)) == Err(RecvTimeoutError::Timeout)
}

/// Asks the cache for the same article, from another thread, while it is asked.
#[derive(Default)]
struct AskedTwice {
    cache: OnceLock<Arc<Cache>>,
    calls: AtomicUsize,
}

impl Source for AskedTwice {
    fn price(&self, sku: &str) -> Result<u64, Unavailable> {
        if self.calls.fetch_add(1, Ordering::SeqCst) == 0 {
            let (cache, sku) = (
                self.cache.get().cloned().expect("it is set"),
                sku.to_owned(),
            );
            let other = thread::spawn(move || cache.get(&sku));
            other.join().expect("no panic in it")?;
        }
        Ok(100)
    }
}

#[test]
fn one_new_article_is_asked_for_twice() {
    let source = Arc::new(AskedTwice::default());
    let cache = Arc::new(Cache::new(source.clone(), Arc::new(Plain), Arc::new(Plain)));
    assert!(source.cache.set(cache.clone()).is_ok(), "set once");
    assert_eq!(cache.get("lamp"), Ok(100));
    assert_eq!(source.calls.load(Ordering::SeqCst), 2, "paid for twice");
}

/// Looks another price up when one has changed.
struct LooksUp;

impl Listener for LooksUp {
    fn changed(&self, cache: &Cache, _: &str) {
        let _ = cache.get("bulb");
    }
}

#[test]
fn a_listener_that_asks_the_cache_hangs() {
    let cache = cache(Plain);
    cache.subscribe(Arc::new(LooksUp));
    assert!(
        hangs(move || cache.put("lamp", 5)),
        "put calls it under the lock"
    );
}

/// Sets a price from another thread while one is rounded.
#[derive(Default)]
struct Meanwhile(OnceLock<Arc<Cache>>);

impl Rounding for Meanwhile {
    fn round(&self, cents: u64) -> u64 {
        let cache = self.0.get().cloned().expect("it is set");
        let other = thread::spawn(move || cache.put("lamp", 777));
        other.join().expect("no panic in it");
        cents
    }
}

#[test]
fn a_price_that_is_set_during_a_raise_is_undone() {
    let rounding = Arc::new(Meanwhile::default());
    let cache = Cache::new(Arc::new(Plain), rounding.clone(), Arc::new(Plain));
    let cache = Arc::new(cache);
    assert!(rounding.0.set(cache.clone()).is_ok(), "set once");
    cache.put("lamp", 100);
    cache.raise("lamp", 10);
    assert_eq!(cache.get("lamp"), Ok(110), "777 is gone, and nobody knows");
}

/// Where both threads hold one lock each, they meet.
struct Meet(Barrier);

impl Gauges for Meet {
    fn set(&self, _: &'static str, _: usize) {
        self.0.wait();
    }
}

#[test]
fn put_and_subscribe_wait_for_each_other() {
    let gauges = Arc::new(Meet(Barrier::new(2)));
    let cache = Arc::new(Cache::new(Arc::new(Plain), Arc::new(Plain), gauges));
    let other = cache.clone();
    thread::spawn(move || other.put("lamp", 5));
    assert!(
        hangs(move || cache.subscribe(Arc::new(LooksUp))),
        "one has entries and wants listeners, the other has listeners and wants entries"
    );
}

#[test]
fn what_waits_has_no_bound_and_no_article_only_once() {
    let refresher = Refresher::start(cache(Plain), Arc::new(Plain), Arc::new(Plain), 0);
    for _ in 0..5_000 {
        assert!(refresher.push("lamp"), "it is taken each time");
    }
    assert_eq!(refresher.waiting(), 5_000);
}

/// Waits in a call until it is let go.
struct Slow {
    entered: Mutex<Sender<()>>,
    let_go: Mutex<Receiver<()>>,
    inside: Arc<AtomicBool>,
}

impl Source for Slow {
    fn price(&self, _: &str) -> Result<u64, Unavailable> {
        self.inside.store(true, Ordering::SeqCst);
        self.entered
            .lock()
            .expect("not poisoned")
            .send(())
            .expect("heard");
        let _ = self.let_go.lock().expect("not poisoned").recv();
        self.inside.store(false, Ordering::SeqCst);
        Ok(100)
    }
}

#[test]
fn a_call_of_ours_goes_on_after_stop() {
    let (entered, has_entered) = channel();
    let (release, let_go) = channel();
    let inside = Arc::new(AtomicBool::new(false));
    let source = Slow {
        entered: Mutex::new(entered),
        let_go: Mutex::new(let_go),
        inside: inside.clone(),
    };
    let refresher = Refresher::start(cache(Plain), Arc::new(source), Arc::new(Plain), 1);
    refresher.refresh_now("lamp");
    has_entered.recv().expect("the call has begun");
    refresher.stop();
    assert!(inside.load(Ordering::SeqCst), "stopped, and still calling");
    release.send(()).expect("somebody waits for it");
}

/// Says when so many threads are idle.
struct Idle(Mutex<Sender<usize>>);

impl Gauges for Idle {
    fn set(&self, name: &'static str, value: usize) {
        if name == "idle" {
            let _ = self.0.lock().expect("not poisoned").send(value);
        }
    }
}

#[test]
fn stop_wakes_one_of_eight_and_waits_for_all() {
    let (said, idle) = channel();
    let gauges = Arc::new(Idle(Mutex::new(said)));
    let refresher = Refresher::start(cache(Plain), Arc::new(Plain), gauges, 8);
    // Who is about to wait when it is signalled does not sleep at all, hence eight and not two.
    while idle.recv().expect("the threads are there") < 8 {}
    assert!(hangs(move || refresher.stop()), "nobody wakes the others");
}

/// Panics for one article, and writes down the others.
#[derive(Default)]
struct Old(Mutex<Vec<String>>);

impl Source for Old {
    fn price(&self, sku: &str) -> Result<u64, Unavailable> {
        assert_ne!(sku, "bad", "the client is old");
        self.0.lock().expect("not poisoned").push(sku.to_owned());
        Ok(100)
    }
}

#[test]
fn a_panic_in_one_call_ends_the_thread_for_all_that_follow() {
    let source = Arc::new(Old::default());
    let refresher = Refresher::start(cache(Plain), source.clone(), Arc::new(Plain), 1);
    for sku in ["fine", "bad", "lamp", "bulb"] {
        assert!(refresher.push(sku), "it waits");
    }
    refresher.stop();
    let asked = source.0.lock().expect("not poisoned").clone();
    assert_eq!(
        asked,
        ["fine"],
        "stop works off what waits, and lamp and bulb did"
    );
}

#[test]
fn right_each_hit_is_counted() {
    let cache = cache(Plain);
    cache.put("lamp", 5);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    assert_eq!(cache.get("lamp"), Ok(5));
                }
            });
        }
    });
    assert_eq!(
        cache.hits(),
        4_000,
        "an addition in one step loses nothing, relaxed or not"
    );
}

/// Remembers the last value of each gauge.
#[derive(Default)]
struct Last(Mutex<BTreeMap<&'static str, usize>>);

impl Gauges for Last {
    fn set(&self, name: &'static str, value: usize) {
        self.0.lock().expect("not poisoned").insert(name, value);
    }
}

#[test]
fn right_gauges_under_the_lock_say_what_is_true() {
    let gauges = Arc::new(Last::default());
    let cache = Cache::new(Arc::new(Plain), Arc::new(Plain), gauges.clone());
    thread::scope(|scope| {
        for thread in 0..4 {
            let cache = &cache;
            scope.spawn(move || {
                for n in 0..100 {
                    cache.put(&format!("{thread}-{n}"), 1);
                }
            });
        }
    });
    let last = gauges
        .0
        .lock()
        .expect("not poisoned")
        .get("entries")
        .copied();
    assert_eq!(
        last,
        Some(400),
        "set outside of the lock, an older figure could come last"
    );
}
