//! Stage 7: as many threads as it takes. The clock stands still until a test moves it.

#[path = "support/clock.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod clock;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::num::NonZeroUsize;
use std::time::Duration;

use clock::FakeClock;
use probes::threads;
use support::{builder, drop_and_count, eventually, hold, seen_together, within};
use workerpool::Pool;

const IDLE: u64 = 10;

fn pool(name: &str, min: usize, max: usize) -> (FakeClock, Pool) {
    let clock = FakeClock::new();
    let pool = builder(name, min)
        .max_workers(NonZeroUsize::new(max).expect("a pool has workers"))
        .idle(Duration::from_secs(IDLE))
        .clock(clock.clone())
        .start();
    (clock, pool.expect("threads start"))
}

fn all_idle(pool: &Pool) {
    eventually("no job is left, so none waits or runs", || {
        (pool.stats().waiting, pool.stats().running) == (0, 0)
    });
}

fn assert_workers(pool: &Pool, name: &str, expected: usize, when: &str) {
    eventually(
        &format!("{when}: `stats` must tell of {expected} threads, and tells of others"),
        || pool.stats().workers == expected,
    );
    // A thread has its name a moment after it was started, and is listed for a moment after its end.
    if threads::count_named(name).is_ok() {
        eventually(
            &format!("{when}: there must be {expected} threads, and there are others"),
            || threads::count_named(name).ok() == Some(expected),
        );
    }
}

/// A long time passes, and jobs come one by one: whoever wanted to leave has done so.
fn much_later(clock: &FakeClock, pool: &Pool) {
    clock.advance(1_000_000);
    clock.settle();
    for _ in 0..20 {
        one_job(pool);
    }
}

/// One job, from its beginning to a thread that is free again.
fn one_job(pool: &Pool) {
    let ticket = pool.submit(|| {}).expect("the pool is open");
    within("`wait` for a job of a pool with idle threads", || {
        ticket.wait()
    })
    .expect("it returns");
    all_idle(pool);
}

#[test]
fn it_grows_while_all_are_busy_and_no_further() {
    let (_, pool) = pool("wp-grow", 1, 3);
    assert_workers(&pool, "wp-grow", 1, "a new pool of 1 to 3");
    assert_eq!(
        seen_together(&pool, 3),
        3,
        "3 jobs that wait for each other in a pool of 1 to 3: so many were seen together"
    );
    all_idle(&pool);
    let gate = hold(&pool, 3);
    for _ in 0..5 {
        pool.execute(|| {}).expect("there are places");
    }
    assert_workers(
        &pool,
        "wp-grow",
        3,
        "3 jobs run and 5 wait in a pool of 1 to 3",
    );
    assert_eq!(
        pool.stats().waiting,
        5,
        "jobs that wait for one of 3 threads"
    );
    gate.open();
    drop_and_count(pool, "wp-grow");
}

#[test]
fn it_does_not_grow_while_somebody_is_idle() {
    let (_, pool) = pool("wp-calm", 2, 9);
    for _ in 0..30 {
        one_job(&pool);
    }
    assert_workers(
        &pool,
        "wp-calm",
        2,
        "30 jobs, one after the other, in a pool of 2 to 9",
    );
    let gate = hold(&pool, 2);
    assert_workers(&pool, "wp-calm", 2, "2 jobs at once for 2 idle threads");
    gate.open();
    drop_and_count(pool, "wp-calm");
}

#[test]
fn who_is_idle_for_too_long_leaves_but_for_the_least() {
    let (clock, pool) = pool("wp-leave", 2, 5);
    let gate = hold(&pool, 5);
    gate.open();
    all_idle(&pool);
    clock.await_parked(5, IDLE);
    clock.advance(IDLE - 1);
    clock.await_parked(5, IDLE);
    assert_workers(&pool, "wp-leave", 5, "one second before `idle` has passed");
    clock.advance(1);
    assert_workers(
        &pool,
        "wp-leave",
        2,
        "5 threads have been idle for all of `idle`, in a pool of 2 to 5",
    );
    much_later(&clock, &pool);
    assert_workers(
        &pool,
        "wp-leave",
        2,
        "a long time later, with jobs one by one",
    );
    assert_eq!(
        seen_together(&pool, 5),
        5,
        "jobs that were seen together after the pool had shrunk: it must grow again"
    );
    drop_and_count(pool, "wp-leave");
}

#[test]
fn a_trickle_keeps_one_thread_and_not_all() {
    let (clock, pool) = pool("wp-trickle", 1, 3);
    let gate = hold(&pool, 3);
    gate.open();
    all_idle(&pool);
    clock.await_parked(3, IDLE);
    for seconds in [4, 8] {
        clock.advance(4);
        one_job(&pool);
        clock.await_parked(1, seconds + IDLE);
    }
    clock.advance(2);
    assert_workers(
        &pool,
        "wp-trickle",
        1,
        "3 threads became idle at 0 s, jobs came at 4 s and at 8 s, and `idle` is 10 s; at 10 s (each job goes to the \
         thread that became idle last)",
    );
    one_job(&pool);
    drop_and_count(pool, "wp-trickle");
}

#[test]
fn a_pool_that_says_no_more_stays_as_it_is() {
    let clock = FakeClock::new();
    let pool = builder("wp-same", 2).clock(clock.clone()).start();
    let pool = pool.expect("threads start");
    let gate = hold(&pool, 2);
    for _ in 0..5 {
        pool.execute(|| {}).expect("there are places");
    }
    assert_workers(
        &pool,
        "wp-same",
        2,
        "7 jobs for 2 threads, and nobody has spoken of more",
    );
    gate.open();
    all_idle(&pool);
    much_later(&clock, &pool);
    assert_workers(&pool, "wp-same", 2, "a long time without a job");
    drop_and_count(pool, "wp-same");
}
