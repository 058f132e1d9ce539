//! Stage 6: an end in order. The clock stands still until a test moves it.

#[path = "support/clock.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod clock;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use clock::FakeClock;
use probes::live::Tracker;
use support::{Gate, PATIENCE, assert_no_thread, builder, eventually, hold, within};
use workerpool::{JobError, Pool, Reason, Report};

fn pool(name: &str, workers: usize) -> (FakeClock, Arc<Pool>) {
    let clock = FakeClock::new();
    let pool = builder(name, workers).clock(clock.clone()).start();
    (clock, Arc::new(pool.expect("threads start")))
}

/// (finished, panicked, dropped, told)
fn figures(report: Report) -> (usize, usize, usize, usize) {
    (
        report.finished,
        report.panicked,
        report.dropped,
        report.told,
    )
}

/// Drains on another thread.
fn drain(pool: &Arc<Pool>, until: Instant) -> thread::JoinHandle<Report> {
    let pool = Arc::clone(pool);
    thread::spawn(move || pool.drain(until))
}

fn report(of: thread::JoinHandle<Report>, what: &str) -> (usize, usize, usize, usize) {
    figures(within(what, move || of.join()).expect("draining does not panic"))
}

#[test]
fn what_was_taken_may_end() {
    let (clock, pool) = pool("wp-end", 2);
    for _ in 0..5 {
        pool.execute(|| {}).expect("the pool is open");
    }
    eventually("five jobs end before the drain", || {
        (pool.stats().waiting, pool.stats().running) == (0, 0)
    });
    let gate = hold(&pool, 2);
    let (answer, answered) = mpsc::channel();
    let inside = Arc::downgrade(&pool);
    let job = move || {
        let pool = inside.upgrade().expect("the test has the pool");
        let late = pool.execute(|| {}).map_err(|refused| refused.reason);
        let _ = answer.send(late);
    };
    pool.execute(job).expect("the pool is open");
    pool.execute(|| panic!("this job panics, as the test wants it to"))
        .expect("the pool is open");
    pool.execute(|| {}).expect("the pool is open");
    let drained = drain(&pool, clock.at(30));
    clock.await_parked(1, 30);
    let late = pool.execute(|| {}).map_err(|refused| refused.reason);
    assert_eq!(late, Err(Reason::Closed), "a job that comes during a drain");
    gate.open();
    assert_eq!(
        report(drained, "the last job has ended, long before the deadline"),
        (4, 1, 0, 0),
        "(finished, panicked, dropped, told): two jobs ran and three waited, of which one panics; five had ended before"
    );
    assert_eq!(
        answered.recv_timeout(PATIENCE),
        Ok(Err(Reason::Closed)),
        "a job in flight that gives another one during the drain"
    );
    assert_no_thread("`drain` has returned", "wp-end");
}

#[test]
fn the_deadline_throws_away_and_tells() {
    let (clock, pool) = pool("wp-cut", 2);
    let (begun, begins) = mpsc::channel();
    let deaf = Gate::default();
    let inside = deaf.clone();
    let listens = pool.submit_until(None, {
        let begun = begun.clone();
        move |token| {
            let _ = begun.send(());
            let start = Instant::now();
            while !token.is_cancelled() && start.elapsed() < 2 * PATIENCE {
                thread::yield_now();
            }
            "stopped half-way"
        }
    });
    let listens = listens.expect("the pool is open");
    let job = move || {
        let _ = begun.send(());
        inside.wait();
    };
    pool.execute(job).expect("the pool is open");
    for _ in 0..2 {
        begins.recv_timeout(PATIENCE).expect("both jobs begin");
    }
    let alive = Tracker::new();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let token = alive.token();
            pool.submit(move || drop(token)).expect("the pool is open")
        })
        .collect();
    let drained = drain(&pool, clock.at(30));
    clock.await_parked(1, 30);
    clock.advance(29);
    clock.await_parked(1, 30);
    assert_eq!(
        alive.alive(),
        3,
        "one second before the deadline: jobs that wait and are kept"
    );
    clock.advance(1);
    for ticket in waiting {
        assert_eq!(
            within("`wait` for a job that waits at the deadline", || ticket
                .wait()),
            Err(JobError::Cancelled),
            "what its caller is told, while a job still runs that does not listen"
        );
    }
    assert_eq!(
        alive.alive(),
        0,
        "what the jobs owned that were thrown away"
    );
    assert_eq!(
        within("a job that listens is told at the deadline", || listens
            .wait()),
        Ok("stopped half-way"),
        "the value of a job that listens"
    );
    assert!(
        !drained.is_finished(),
        "a job still runs that does not listen, and `drain` has returned"
    );
    deaf.open();
    assert_eq!(
        report(drained, "the last job has ended after the deadline"),
        (0, 0, 3, 2),
        "(finished, panicked, dropped, told): three jobs waited and two ran at the deadline"
    );
    assert_no_thread("`drain` has returned", "wp-cut");
}

#[test]
fn a_drain_of_nothing_returns_at_once() {
    let (clock, pool) = pool("wp-idle", 3);
    for when in ["an idle pool", "a pool that was drained"] {
        let drained = drain(&pool, clock.at(1000));
        assert_eq!(
            report(drained, when),
            (0, 0, 0, 0),
            "(finished, panicked, dropped, told) of {when}"
        );
        assert_no_thread("`drain` has returned", "wp-idle");
    }
    let late = pool.execute(|| {}).map_err(|refused| refused.reason);
    assert_eq!(late, Err(Reason::Closed), "a job after the drain");
    within("`drop` of a drained pool", move || drop(pool));
}

#[test]
fn two_who_drain_get_the_same_end() {
    let (clock, pool) = pool("wp-two", 1);
    let gate = hold(&pool, 1);
    pool.execute(|| {}).expect("the pool is open");
    let drains = [drain(&pool, clock.at(30)), drain(&pool, clock.at(40))];
    clock.await_parked(1, 30);
    clock.await_parked(1, 40);
    gate.open();
    for drained in drains {
        assert_eq!(
            report(drained, "all jobs have ended, and two wait for that"),
            (2, 0, 0, 0),
            "(finished, panicked, dropped, told) for each of two who drain"
        );
    }
    assert_no_thread("both drains have returned", "wp-two");
}

#[test]
fn a_job_may_drop_the_last_handle() {
    let (_, pool) = pool("wp-last", 3);
    let gate = hold(&pool, 2);
    let (inside, (go, goes)) = (Arc::clone(&pool), mpsc::channel());
    let ticket = pool
        .submit(move || {
            let _ = goes.recv();
            drop(inside);
            "dropped"
        })
        .expect("the pool is open");
    drop(pool);
    let _ = go.send(());
    gate.open();
    assert_eq!(
        within("a job drops the last handle of its pool", || ticket.wait()),
        Ok("dropped"),
        "dropping the pool inside of a job must neither wait for this job nor panic"
    );
    assert_no_thread("the job that dropped the pool has ended", "wp-last");
}

#[test]
fn a_job_may_drain_its_pool() {
    let (clock, pool) = pool("wp-self", 2);
    let gate = hold(&pool, 1);
    let (inside, until) = (Arc::downgrade(&pool), clock.at(30));
    let (go, goes) = mpsc::channel();
    let ticket = pool
        .submit(move || {
            let _ = goes.recv();
            let pool = inside.upgrade().expect("the test has the pool");
            figures(pool.drain(until))
        })
        .expect("the pool is open");
    pool.execute(|| {}).expect("the pool is open");
    let _ = go.send(());
    clock.await_parked(1, 30);
    gate.open();
    assert_eq!(
        within("a job drains its own pool", || ticket.wait()),
        Ok((2, 0, 0, 0)),
        "(finished, panicked, dropped, told): the other two jobs, and not the one that drains"
    );
    assert_no_thread("the job that drained the pool has ended", "wp-self");
}
