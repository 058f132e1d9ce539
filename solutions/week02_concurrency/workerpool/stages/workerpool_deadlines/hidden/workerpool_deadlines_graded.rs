//! Stage 5, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use support::{Gate, drop_and_count, hold, pool, within};
use workerpool::JobError;

#[test]
fn a_cancelled_job_has_run_or_has_not() {
    let pool = pool("wpg-race", 2);
    for round in 0..300 {
        let ran = Arc::new(AtomicUsize::new(0));
        let (inside, together) = (Arc::clone(&ran), Arc::new(Barrier::new(2)));
        let meet = Arc::clone(&together);
        // One job gets the worker going, the other is the one that is raced for.
        let first = pool.submit(move || {
            meet.wait();
        });
        let ticket = pool
            .submit(move || inside.fetch_add(1, Ordering::SeqCst))
            .expect("the pool is open");
        together.wait();
        ticket.cancel();
        let ended = within("`wait` for a job that is cancelled", || ticket.wait());
        drop(first);
        let ran = ran.load(Ordering::SeqCst);
        assert!(
            (ended == Ok(0) && ran == 1) || (ended == Err(JobError::Cancelled) && ran == 0),
            "round {round}: the caller is told {ended:?}, and the job has run {ran} times"
        );
    }
    drop_and_count(pool, "wpg-race");
}

#[test]
fn the_others_keep_their_order() {
    let pool = pool("wpg-middle", 1);
    let (gate, ran) = (hold(&pool, 1), Arc::new(Mutex::new(Vec::new())));
    let tickets: Vec<_> = (0..10)
        .map(|n| {
            let ran = Arc::clone(&ran);
            pool.submit(move || ran.lock().expect("no panic under the lock").push(n))
                .expect("the pool is open")
        })
        .collect();
    for n in [9, 0, 4, 5] {
        tickets[n].cancel();
    }
    assert_eq!(pool.stats().waiting, 6, "of ten jobs four were cancelled");
    gate.open();
    drop_and_count(pool, "wpg-middle");
    assert_eq!(
        *ran.lock().expect("no panic under the lock"),
        [1, 2, 3, 6, 7, 8],
        "jobs that have run, in order"
    );
}

#[test]
fn the_clock_of_the_machine_if_nobody_says() {
    let pool = pool("wpg-system", 1);
    let late = pool.submit_until(Some(Instant::now()), |_| 1);
    let late = late.expect("the pool is open");
    let ended = within("`wait` for a late job", || late.wait());
    assert_eq!(ended, Err(JobError::Expired), "a deadline that was there");
    let gate = Gate::default();
    let inside = gate.clone();
    let ticket = pool.submit(move || inside.wait()).expect("it is open");
    let ticket = within("`wait_until` five milliseconds from now", move || {
        ticket.wait_until(Instant::now() + Duration::from_millis(5))
    })
    .expect_err("the job waits at a gate");
    gate.open();
    let far = Instant::now() + Duration::from_secs(3600);
    let ended = within("`wait_until` in an hour, and the job ends", move || {
        ticket.wait_until(far)
    });
    assert_eq!(ended.map_err(drop), Ok(Ok(())), "the value of the job");
    thread::yield_now();
    drop_and_count(pool, "wpg-system");
}
