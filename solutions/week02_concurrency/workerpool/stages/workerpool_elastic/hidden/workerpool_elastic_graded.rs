//! Stage 7, at other values, and with the clock of the machine.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::{builder, drop_and_count, eventually, hold, within};
use workerpool::Pool;

fn pool(name: &str, min: usize, max: usize, idle: Duration) -> Pool {
    builder(name, min)
        .max_workers(NonZeroUsize::new(max).expect("a pool has workers"))
        .idle(idle)
        .start()
        .expect("threads start")
}

#[test]
fn who_leaves_at_once_takes_no_job_along() {
    let pool = Arc::new(pool("wpg-zero", 1, 6, Duration::ZERO));
    let ran = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let givers: Vec<_> = (0..4)
        .map(|_| {
            let (pool, ran, most) = (Arc::clone(&pool), Arc::clone(&ran), Arc::clone(&most));
            thread::spawn(move || {
                for _ in 0..200 {
                    let ran = Arc::clone(&ran);
                    let job = move || ran.fetch_add(1, Ordering::SeqCst);
                    let ticket = pool.submit(job).expect("the pool is open");
                    most.fetch_max(pool.stats().workers, Ordering::SeqCst);
                    ticket.wait().expect("the job returns");
                }
            })
        })
        .collect();
    within(
        "four givers of 200 jobs, and threads that leave at once",
        || {
            for giver in givers {
                giver.join().expect("giving does not panic");
            }
        },
    );
    assert_eq!(ran.load(Ordering::SeqCst), 800, "jobs that have run");
    let most = most.load(Ordering::SeqCst);
    assert!(most <= 6, "a pool of 1 to 6 had {most} threads");
    eventually("nobody has anything to do, so one is left", || {
        pool.stats().workers == 1
    });
    let pool = Arc::into_inner(pool).expect("the givers are gone");
    drop_and_count(pool, "wpg-zero");
}

#[test]
fn for_ever_is_a_time_too() {
    let pool = pool("wpg-ever", 1, 4, Duration::MAX);
    hold(&pool, 4).open();
    eventually("no job is left", || pool.stats().running == 0);
    let ticket = pool.submit(|| 3).expect("the pool is open");
    assert_eq!(within("`wait`", || ticket.wait()), Ok(3), "a job");
    assert_eq!(pool.stats().workers, 4, "threads that never leave");
    drop_and_count(pool, "wpg-ever");
}

#[test]
fn the_most_is_never_below_the_least() {
    let pool = pool("wpg-least", 3, 1, Duration::from_secs(60));
    let gate = hold(&pool, 3);
    assert_eq!(pool.stats().workers, 3, "a pool of 3 to 1");
    gate.open();
    let far = Instant::now() + Duration::from_secs(3600);
    let report = pool.drain(far);
    assert_eq!(report.dropped + report.told, 0, "jobs that were cut");
    drop_and_count(pool, "wpg-least");
}
