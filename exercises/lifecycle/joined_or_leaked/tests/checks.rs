//! A cache's thread works while the cache lives, and not one moment longer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use joined_or_leaked::Refreshed;
use probes::threads;

const HOUR: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(1);

/// How long to wait for what must happen. Nothing depends on the figure but how soon a failure is
/// reported, and that it is reported at all: a `drop` that hangs would say nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to watch for what must *not* happen.
const WATCH: Duration = Duration::from_millis(100);

/// Runs `work`, which drops a cache, elsewhere: if it never returns, this fails and does not hang.
fn in_time(cache: &str, work: impl FnOnce() + Send + 'static) {
    let (done, returned) = mpsc::channel();
    let worker = thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    match returned.recv_timeout(PATIENCE) {
        Ok(()) => worker.join().expect("it has reported already"),
        Err(RecvTimeoutError::Disconnected) => {
            panic!("{cache}: drop panicked; while its owner unwinds, that would abort the process")
        }
        Err(RecvTimeoutError::Timeout) => panic!(
            "{cache}: drop has not returned after {PATIENCE:?}; \
             it must wake the thread, also if the thread is only about to sleep"
        ),
    }
}

/// A line of what the system tells about the thread of this name.
fn thread_status(name: &str, key: &str) -> Option<String> {
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let comm = std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
        if comm.trim_end() == name {
            let status = std::fs::read_to_string(task.path().join("status")).ok()?;
            let value = status.lines().find_map(|line| line.strip_prefix(key))?;
            return Some(value.trim().to_owned());
        }
    }
    None
}

/// Waits until the thread runs under its name and has gone to sleep.
fn wait_for_sleep(name: &str) {
    let start = Instant::now();
    // Where threads can't be listed, there is nothing to wait for.
    while threads::count().is_ok()
        && !thread_status(name, "State:").is_some_and(|state| state.starts_with('S'))
    {
        assert!(
            start.elapsed() < PATIENCE,
            "start must run a thread named `{name}` that sleeps through the period of an hour, \
             and there is none after {PATIENCE:?}"
        );
        thread::yield_now();
    }
}

/// Part of a loader, to be dropped with it. Its own `drop` takes a while, and notices whether the
/// cache's has returned by then.
struct Captured {
    cache_dropped: Receiver<()>,
    gone: Sender<&'static str>,
}

impl Drop for Captured {
    fn drop(&mut self) {
        let when = match self.cache_dropped.recv_timeout(WATCH) {
            Err(RecvTimeoutError::Timeout) => "before drop returned",
            _ => "after drop returned",
        };
        let _ = self.gone.send(when);
    }
}

#[test]
fn the_value_is_loaded_again_and_again() {
    let (started, loads) = mpsc::channel();
    let mut count = 0;
    let cache = Refreshed::start("jl-again", SHORT, move || {
        count += 1;
        let _ = started.send(count);
        count
    })
    .expect("a thread starts");
    // Load 4 starts after load 3 has been stored.
    while loads.recv_timeout(PATIENCE).expect("loads go on") < 4 {}
    let now = *cache.get();
    assert!(
        now >= 3,
        "load 4 has started, so get must return load 3 or a later one, and it returns {now}"
    );
}

#[test]
fn an_idle_cache_sleeps() {
    let loads = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&loads);
    let cache = Refreshed::start("jl-idle", HOUR, move || {
        counted.fetch_add(1, Ordering::Relaxed)
    })
    .expect("a thread starts");
    wait_for_sleep("jl-idle");
    let before = sleeps("jl-idle");
    thread::sleep(3 * WATCH);
    let after = sleeps("jl-idle");
    // Whether and how it can be dropped is the next test's question.
    std::mem::forget(cache);
    assert_eq!(
        loads.load(Ordering::Relaxed),
        1,
        "start loads once, and with a period of an hour nothing else loads by now"
    );
    let (Some(before), Some(after)) = (before, after) else {
        println!("this system does not tell how often a thread wakes up: not checked");
        return;
    };
    let wake_ups = after - before;
    assert!(
        wake_ups <= 3,
        "with a period of an hour the thread woke up {wake_ups} times in {:?}; \
         it must sleep until the period is over or the cache is dropped",
        3 * WATCH
    );
}

/// How often the thread has gone to sleep so far.
fn sleeps(name: &str) -> Option<u64> {
    thread_status(name, "voluntary_ctxt_switches:")?
        .parse()
        .ok()
}

#[test]
fn a_dropped_cache_leaves_no_thread() {
    const CACHES: u32 = 16;
    let start = Instant::now();
    for _ in 0..CACHES {
        in_time(
            "a cache dropped right after its start, with a period of an hour",
            || {
                drop(Refreshed::start("jl-row", HOUR, || 1).expect("a thread starts"));
            },
        );
    }
    let took = start.elapsed();
    if let Ok(left) = threads::settle_named("jl-row", 0) {
        assert_eq!(
            left, 0,
            "of {CACHES} caches that were started and dropped, {left} threads are still there"
        );
    }
    assert!(
        took < PATIENCE,
        "{CACHES} caches were started and dropped in {took:?}: drop waits for something"
    );
}

#[test]
fn drop_returns_after_the_thread_has_ended() {
    let (cache_dropped, notice) = mpsc::channel();
    let (gone, goings) = mpsc::channel();
    let captured = Captured {
        cache_dropped: notice,
        gone,
    };
    let cache = Refreshed::start("jl-captured", HOUR, move || {
        let _kept = &captured;
        1
    })
    .expect("a thread starts");
    wait_for_sleep("jl-captured");

    in_time("an idle cache with a period of an hour", move || {
        drop(cache)
    });
    let _ = cache_dropped.send(());

    match goings.recv_timeout(PATIENCE) {
        Ok(when) => assert_eq!(
            when, "before drop returned",
            "the thread was still busy dropping the loader and what it captured"
        ),
        Err(_) => panic!(
            "what the loader captured was not dropped in {PATIENCE:?} after the cache was: \
             the thread keeps it, a database connection for instance"
        ),
    }
}

#[test]
fn a_load_in_progress_is_finished_and_is_the_last() {
    let (started, second_load) = mpsc::channel();
    let (answered, go_on) = mpsc::channel();
    let (cache_dropped, notice) = mpsc::channel();
    let (finished, ends) = mpsc::channel();
    let loads = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&loads);
    let cache = Refreshed::start("jl-busy", SHORT, move || {
        let number = counted.fetch_add(1, Ordering::Relaxed) + 1;
        if number == 2 {
            let _ = started.send(());
            let _ = go_on.recv_timeout(2 * PATIENCE);
            let waited_for = matches!(notice.recv_timeout(WATCH), Err(RecvTimeoutError::Timeout));
            let _ = finished.send(waited_for);
        }
        number
    })
    .expect("a thread starts");
    second_load
        .recv_timeout(PATIENCE)
        .expect("the value is loaded again after the period");

    // From another thread, so that a `get` that waits for the load fails here.
    thread::scope(|scope| {
        let (answer, answers) = mpsc::channel();
        let cache = &cache;
        scope.spawn(move || answer.send(*cache.get()));
        assert_eq!(
            answers.recv_timeout(PATIENCE),
            Ok(1),
            "while load 2 is in progress, get answers at once with load 1"
        );
    });
    answered.send(()).expect("load 2 waits for it");

    in_time("a cache whose loader is at work", move || drop(cache));
    let _ = cache_dropped.send(());

    let waited_for = ends.recv_timeout(PATIENCE).expect("load 2 ends");
    assert!(
        waited_for,
        "drop returned while load 2 was in progress; whatever the load uses must outlive it, \
         and only a drop that waits can promise that"
    );
    let loads = loads.load(Ordering::Relaxed);
    assert_eq!(loads, 2, "no load may start after the drop");
}

#[test]
fn a_load_that_panics_does_not_reach_the_owner() {
    let (kept, loader) = mpsc::channel::<()>();
    let mut loads = 0;
    let cache = Refreshed::start("jl-panics", SHORT, move || {
        let _kept = &kept;
        loads += 1;
        assert!(loads < 3, "load {loads} panics, as this test wants it to");
        loads
    })
    .expect("a thread starts");
    // The channel closes when the thread has unwound and dropped the loader.
    assert_eq!(
        loader.recv_timeout(PATIENCE),
        Err(RecvTimeoutError::Disconnected),
        "a load that panics ends the thread"
    );
    assert_eq!(*cache.get(), 2, "the last load that worked stays");
    in_time("a cache whose loader has panicked", move || drop(cache));
}
