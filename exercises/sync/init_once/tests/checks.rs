//! Loads one after the other, and loads by tasks. The tasks' clock is tokio's, paused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use init_once::{LoadError, blocking, tasks};
use tokio::time::{Instant, sleep, timeout};

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn failed() -> LoadError {
    LoadError {
        reason: "no route".to_owned(),
    }
}

/// A source of values for tasks: each load takes two seconds, counts, and fails as often as it is told to.
#[derive(Default)]
struct Source {
    loads: AtomicU32,
    failing: AtomicU32,
    at_once: AtomicU32,
    overlapped: AtomicU32,
}

/// A load that is over when this is dropped.
struct Loading<'s>(&'s Source);

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        self.0.at_once.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Source {
    async fn load(&self) -> Result<u32, LoadError> {
        let number = self.loads.fetch_add(1, Ordering::Relaxed) + 1;
        if self.at_once.fetch_add(1, Ordering::Relaxed) > 0 {
            self.overlapped.fetch_add(1, Ordering::Relaxed);
        }
        let _loading = Loading(self);
        sleep(secs(2)).await;
        if self.failing.load(Ordering::Relaxed) > 0 {
            self.failing.fetch_sub(1, Ordering::Relaxed);
            return Err(failed());
        }
        Ok(number)
    }

    fn loads(&self) -> u32 {
        self.loads.load(Ordering::Relaxed)
    }
}

#[test]
fn one_thread_loads_once_and_again_after_a_failure() {
    let once = blocking::Once::new();
    assert_eq!(once.get_or_load(|| Err(failed())), Err(failed()));
    let first = once.get_or_load(|| Ok(String::from("keys")));
    let first = first.expect("the load before failed, so B must load, and B's load succeeds");
    let second = once.get_or_load(|| panic!("there is a value: nobody must load any more"));
    let second = second.expect("there is a value");
    assert_eq!((first.as_str(), second.as_str()), ("keys", "keys"));
    assert!(Arc::ptr_eq(&first, &second), "it is the same value");
}

#[test]
fn a_load_that_panics_is_followed_by_another() {
    let once = blocking::Once::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        once.get_or_load(|| panic!("this load panics, as the test wants it to"))
    }));
    assert!(panicked.is_err(), "the panic is the caller's");
    assert_eq!(
        once.get_or_load(|| Ok(5)).as_deref(),
        Ok(&5),
        "there is no value, so the next caller loads"
    );
}

#[tokio::test(start_paused = true)]
async fn tasks_at_once_load_once() {
    let once = tasks::Once::new();
    let source = Source::default();
    let start = Instant::now();
    let load = || once.get_or_load(|| source.load());
    let (a, b) = tokio::join!(load(), load());
    assert_eq!(
        (a.as_deref(), b.as_deref(), source.loads()),
        (Ok(&1), Ok(&1), 1),
        "one load for both of them"
    );
    assert_eq!(start.elapsed().as_secs(), 2, "a load takes 2 s");
    assert_eq!(
        load().await.as_deref(),
        Ok(&1),
        "and for the one who comes later"
    );
    assert_eq!(source.loads(), 1, "the loads");
}

#[tokio::test(start_paused = true)]
async fn a_task_loads_again_after_a_failure() {
    let once = tasks::Once::new();
    let source = Source::default();
    source.failing.store(1, Ordering::Relaxed);
    assert_eq!(once.get_or_load(|| source.load()).await, Err(failed()));
    assert_eq!(
        once.get_or_load(|| source.load()).await.as_deref(),
        Ok(&2),
        "the first load failed, and a failure is not a value: the next caller must load again"
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waited_loads_after_a_failure() {
    let once = tasks::Once::new();
    let source = Source::default();
    source.failing.store(1, Ordering::Relaxed);
    let load = || once.get_or_load(|| source.load());
    let (a, b) = tokio::join!(load(), load());
    assert_eq!(
        (a, b.as_deref()),
        (Err(failed()), Ok(&2)),
        "A's load fails, and that is A's; B, who waited for it, loads"
    );
    assert_eq!(
        source.overlapped.load(Ordering::Relaxed),
        0,
        "B's load must not begin before A's has failed; one load for both, or one after the other"
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_dropped_leaves_the_load_to_the_next() {
    let once = tasks::Once::new();
    let source = Source::default();
    let dropped = timeout(secs(1), once.get_or_load(|| source.load())).await;
    assert!(dropped.is_err(), "a load takes 2 s");
    let next = timeout(secs(60), once.get_or_load(|| source.load())).await;
    assert_eq!(
        next.expect("nobody loads any more, so the next caller must not wait")
            .as_deref(),
        Ok(&2),
        "the caller before was dropped in the middle of its load"
    );
}
