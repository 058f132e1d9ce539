//! The same promises for other periods, other values and other owners.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use joined_or_leaked::Refreshed;
use probes::threads;

const PATIENCE: Duration = Duration::from_secs(5);

/// Does `work` elsewhere and fails if it hangs.
fn in_time(about: &str, work: impl FnOnce() + Send + 'static) {
    let (done, returned) = mpsc::channel();
    let worker = thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    match returned.recv_timeout(PATIENCE) {
        Ok(()) => worker.join().expect("it has reported already"),
        Err(RecvTimeoutError::Disconnected) => panic!("{about}: a panic, see above"),
        Err(RecvTimeoutError::Timeout) => panic!("{about}: not done after {PATIENCE:?}"),
    }
}

#[test]
fn every_period_can_be_dropped() {
    for period in [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_secs(86_400),
        Duration::MAX,
    ] {
        let kept = Arc::new(());
        let weak = Arc::downgrade(&kept);
        in_time(&format!("period {period:?}"), move || {
            let cache = Refreshed::start("gr-period", period, move || Arc::strong_count(&kept))
                .expect("a thread starts");
            drop(cache);
            assert_eq!(
                weak.strong_count(),
                0,
                "period {period:?}: the loader and what it captured are gone when drop returns"
            );
        });
    }
    if let Ok(left) = threads::settle_named("gr-period", 0) {
        assert_eq!(left, 0, "threads are left");
    }
}

#[test]
fn the_value_outlives_the_cache_that_made_it() {
    in_time("a value kept by a caller", || {
        let cache = Refreshed::start("gr-value", PATIENCE, || "rates".to_owned()).expect("starts");
        let value = cache.get();
        let weak: Weak<String> = Arc::downgrade(&value);
        drop(cache);
        assert_eq!(*value, "rates");
        drop(value);
        assert!(
            weak.upgrade().is_none(),
            "the caller's was the last reference: no thread keeps the value"
        );
    });
}

#[test]
fn an_owner_that_unwinds_takes_the_thread_along() {
    in_time("an owner that panics", || {
        let owner = thread::spawn(|| {
            let _cache = Refreshed::start("gr-unwinds", Duration::from_secs(3600), || 7_u64)
                .expect("a thread starts");
            panic!("the owner panics, as this test wants it to");
        });
        assert!(owner.join().is_err(), "the owner's own panic arrives");
    });
    if let Ok(left) = threads::settle_named("gr-unwinds", 0) {
        assert_eq!(left, 0, "threads are left");
    }
}

#[test]
fn a_cache_shared_by_many_ends_with_the_last_of_them() {
    in_time("a shared cache", || {
        let kept = Arc::new(());
        let weak = Arc::downgrade(&kept);
        let cache = Refreshed::start("gr-shared", Duration::from_millis(1), move || {
            Arc::strong_count(&kept)
        });
        let cache = Arc::new(cache.expect("a thread starts"));
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let cache = Arc::clone(&cache);
                thread::spawn(move || assert_eq!(*cache.get(), 1))
            })
            .collect();
        for reader in readers {
            reader.join().expect("reads");
        }
        assert_eq!(weak.strong_count(), 1, "one owner is left, so it goes on");
        drop(cache);
        assert_eq!(weak.strong_count(), 0, "the last owner is gone");
    });
}
