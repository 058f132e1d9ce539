//! Stage 6, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod clock {
    include!("support/clock.rs");
}

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use clock::FakeClock;
use support::{Gate, assert_no_thread, builder, hold, pool, within};
use workerpool::JobError;

#[test]
fn a_deadline_that_is_past_cuts_at_once() {
    let clock = FakeClock::new();
    let pool = builder("wpg-past", 1).clock(clock.clone()).start();
    let pool = Arc::new(pool.expect("threads start"));
    let gate = hold(&pool, 1);
    let tickets: Vec<_> = (0..7)
        .map(|n| pool.submit(move || n).expect("the pool is open"))
        .collect();
    let (inside, until) = (Arc::clone(&pool), clock.at(0));
    let drained = std::thread::spawn(move || inside.drain(until));
    for ticket in tickets {
        let ended = within("`wait` for a job that waits", || ticket.wait());
        assert_eq!(ended, Err(JobError::Cancelled), "a job that waits");
    }
    gate.open();
    let report = within("`drain`", move || drained.join()).expect("it does not panic");
    assert_eq!(
        (report.dropped, report.told, report.finished),
        (7, 1, 0),
        "(dropped, told, finished)"
    );
    assert_no_thread("`drain` has returned", "wpg-past");
}

#[test]
fn the_clock_of_the_machine_drains_too() {
    let pool = Arc::new(pool("wpg-system", 2));
    let gate = Gate::default();
    let inside = gate.clone();
    let ticket = pool
        .submit_until(None, move |token| {
            while !token.is_cancelled() {
                std::thread::yield_now();
            }
            inside.open();
        })
        .expect("the pool is open");
    let until = Instant::now() + Duration::from_millis(5);
    let inside = Arc::clone(&pool);
    let report = within("`drain` in five milliseconds", move || inside.drain(until));
    assert_eq!((report.told, report.dropped), (1, 0), "(told, dropped)");
    assert_eq!(ticket.wait(), Ok(()), "the job has ended by itself");
    gate.wait();
    assert_no_thread("`drain` has returned", "wpg-system");
}

#[test]
fn what_was_never_begun_is_counted_once() {
    let clock = FakeClock::new();
    let pool = builder("wpg-once", 1).clock(clock.clone()).start();
    let pool = Arc::new(pool.expect("threads start"));
    let gate = hold(&pool, 1);
    let late = pool.submit_until(Some(clock.at(5)), |_| 1);
    let late = late.expect("the pool is open");
    let cancelled = pool.submit(|| 2).expect("the pool is open");
    let runs = pool.submit(|| 3).expect("the pool is open");
    let (inside, until) = (Arc::clone(&pool), clock.at(60));
    let drained = std::thread::spawn(move || inside.drain(until));
    clock.await_parked(1, 60);
    cancelled.cancel();
    clock.advance(5);
    gate.open();
    let report = within("`drain`", move || drained.join()).expect("it does not panic");
    assert_eq!(
        (
            report.finished,
            report.panicked,
            report.dropped,
            report.told
        ),
        (2, 0, 2, 0),
        "(finished, panicked, dropped, told): one was late and one was cancelled during the drain"
    );
    assert_eq!(late.wait(), Err(JobError::Expired), "the late one");
    assert_eq!(runs.wait(), Ok(3), "the one that ran");
}

#[test]
fn jobs_that_drain_do_not_wait_for_each_other() {
    let pool = Arc::new(pool("wpg-jobs", 3));
    let together = Arc::new(Barrier::new(3));
    let far = Instant::now() + Duration::from_secs(3600);
    let tickets: Vec<_> = (0..3)
        .map(|_| {
            let (inside, together) = (Arc::downgrade(&pool), Arc::clone(&together));
            pool.submit(move || {
                let pool = inside.upgrade().expect("the test has the pool");
                together.wait();
                pool.drain(far);
                pool.drain(far);
            })
            .expect("the pool is open")
        })
        .collect();
    for ticket in tickets {
        let ended = within("`wait` for one of three jobs that drain", || ticket.wait());
        assert_eq!(ended, Ok(()), "a job that drains");
    }
    within("`drop` of the pool", move || drop(pool));
    assert_no_thread("three jobs have drained their pool", "wpg-jobs");
}
