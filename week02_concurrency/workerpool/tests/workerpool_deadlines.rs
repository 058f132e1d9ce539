//! Stage 5: jobs that nobody needs any more. The clock stands still until a test moves it.

#[path = "support/clock.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod clock;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use clock::FakeClock;
use probes::live::Tracker;
use support::{A_WHILE, Gate, PATIENCE, builder, drop_and_count, hold, seen_together, within};
use workerpool::{JobError, Pool, Reason, Token};

fn pool(name: &str, workers: usize, places: usize) -> (FakeClock, Pool) {
    let clock = FakeClock::new();
    let pool = builder(name, workers)
        .queue(NonZeroUsize::new(places).expect("a queue has places"))
        .clock(clock.clone())
        .start()
        .expect("threads start");
    (clock, pool)
}

#[test]
fn a_job_is_not_begun_when_its_deadline_is_there() {
    let (clock, pool) = pool("wp-late", 1, 9);
    let (alive, ran, gate) = (
        Tracker::new(),
        Arc::new(AtomicUsize::new(0)),
        hold(&pool, 1),
    );
    let job = |token| {
        let ran = Arc::clone(&ran);
        move |_: &Token| {
            let _token = token;
            ran.fetch_add(1, Ordering::SeqCst);
        }
    };
    let late = pool.submit_until(Some(clock.at(10)), job(alive.token()));
    let in_time = pool.submit_until(Some(clock.at(11)), job(alive.token()));
    let whenever = pool.submit_until(None, job(alive.token()));
    clock.advance(10);
    gate.open();
    let jobs = [
        ("10 s", late, Err(JobError::Expired)),
        ("11 s", in_time, Ok(())),
        ("never", whenever, Ok(())),
    ];
    for (deadline, ticket, expected) in jobs {
        let ticket = ticket.expect("there are places");
        assert_eq!(
            within("`wait` for a job with a deadline", || ticket.wait()),
            expected,
            "the worker is free at 10 s; a job whose deadline is: {deadline}"
        );
    }
    assert_eq!(
        (ran.load(Ordering::SeqCst), alive.alive()),
        (2, 0),
        "(jobs that have run, values of jobs that are alive) when all three callers were told"
    );
    drop_and_count(pool, "wp-late");
}

#[test]
fn a_cancelled_job_leaves_the_queue_at_once() {
    let (_, pool) = pool("wp-leave", 1, 1);
    let (alive, gate) = (Tracker::new(), hold(&pool, 1));
    let token = alive.token();
    let ticket = pool.submit(move || drop(token)).expect("there is a place");
    let pool = Arc::new(pool);
    let giver = thread::spawn({
        let pool = Arc::clone(&pool);
        move || pool.execute(|| {}).map_err(|refused| refused.reason)
    });
    thread::sleep(A_WHILE);
    ticket.cancel();
    ticket.cancel();
    assert_eq!(
        alive.alive(),
        0,
        "what a cancelled job owned, when `cancel` has returned and the worker is still busy"
    );
    let given = within(
        "somebody waited for the place that the cancelled job gives back",
        move || giver.join(),
    );
    assert_eq!(
        given.expect("giving does not panic"),
        Ok(()),
        "the place that was given back is there for the next"
    );
    assert_eq!(
        within("`wait` for a cancelled job", || ticket.wait()),
        Err(JobError::Cancelled),
        "what its caller is told"
    );
    gate.open();
    drop_and_count(
        Arc::into_inner(pool).expect("the giver is gone"),
        "wp-leave",
    );
}

#[test]
fn a_job_that_runs_is_told_and_decides() {
    let (clock, pool) = pool("wp-running", 2, 9);
    let (tell, told) = mpsc::channel();
    let ticket = pool
        .submit_until(None, move |token| {
            let _ = tell.send(token.is_cancelled());
            let start = Instant::now();
            while !token.is_cancelled() && start.elapsed() < 2 * PATIENCE {
                thread::yield_now();
            }
            "half a report"
        })
        .expect("there are places");
    assert_eq!(
        told.recv_timeout(PATIENCE),
        Ok(false),
        "whether a job is cancelled that nobody has cancelled"
    );
    ticket.cancel();
    assert_eq!(
        within("a running job was cancelled, and ends by itself", || ticket
            .wait()),
        Ok("half a report"),
        "a job that has begun has the last word about its value"
    );

    let (gate, (tell, told)) = (Gate::default(), mpsc::channel());
    let inside = gate.clone();
    let ticket = pool
        .submit_until(Some(clock.at(30)), move |token| {
            let _ = tell.send((token.is_cancelled(), token.deadline()));
            inside.wait();
            token.is_cancelled()
        })
        .expect("there are places");
    assert_eq!(
        told.recv_timeout(PATIENCE),
        Ok((false, Some(clock.at(30)))),
        "(cancelled, deadline) as a job sees them before its deadline at 30 s"
    );
    clock.advance(30);
    gate.open();
    assert_eq!(
        within("`wait` for a job that runs over its deadline", || ticket
            .wait()),
        Ok(true),
        "whether a job is cancelled that still runs at its deadline"
    );
}

#[test]
fn who_waits_with_a_limit_gets_the_ticket_back() {
    let (clock, pool) = pool("wp-limit", 1, 9);
    let gate = Gate::default();
    let inside = gate.clone();
    let ticket = pool
        .submit(move || {
            inside.wait();
            5
        })
        .expect("there are places");
    let limit = clock.at(20);
    let waiter = thread::spawn(move || ticket.wait_until(limit));
    clock.await_parked(1, 20);
    clock.advance(19);
    clock.await_parked(1, 20);
    assert!(!waiter.is_finished(), "one second is left");
    clock.advance(1);
    let ticket = within("`wait_until` second 20, at second 20", move || {
        waiter.join()
    })
    .expect("waiting does not panic")
    .expect_err("the job has not ended");
    let waiter = thread::spawn({
        let limit = clock.at(1000);
        move || ticket.wait_until(limit)
    });
    clock.await_parked(1, 1000);
    gate.open();
    let ended = within("`wait_until` second 1,000, and the job ends", move || {
        waiter.join()
    });
    let ended = ended.expect("waiting does not panic").map_err(drop);
    assert_eq!(ended, Ok(Ok(5)), "the value, as soon as it is there");
}

#[test]
fn cancelling_what_has_ended_changes_nothing() {
    let (_, pool) = pool("wp-ended", 1, 9);
    let ticket = pool.submit_until(None, |_| 8).expect("there are places");
    support::eventually("the job ends", || ticket.is_done());
    ticket.cancel();
    assert_eq!(
        within("`wait` for a job that had ended", || ticket.wait()),
        Ok(8),
        "the value of a job that was cancelled after its end"
    );
}

#[test]
fn who_has_a_deadline_does_not_wait_for_a_place() {
    let (clock, pool) = pool("wp-place", 1, 1);
    let gate = hold(&pool, 1);
    pool.execute(|| {}).expect("there is a place");
    let (tell, told) = mpsc::channel();
    let pool = Arc::new(pool);
    let giver = thread::spawn({
        let (pool, deadline) = (Arc::clone(&pool), clock.at(9));
        move || {
            let answer = pool.submit_until(Some(deadline), |_| {});
            let _ = tell.send(answer.map(drop).map_err(|refused| refused.reason));
        }
    });
    assert_eq!(
        told.recv_timeout(PATIENCE),
        Ok(Err(Reason::Full)),
        "the queue is full, and the caller has a deadline"
    );
    gate.open();
    giver.join().expect("it has reported already");
}

/// What a job owns, and is not easily got rid of.
struct Unhappy;

impl Drop for Unhappy {
    fn drop(&mut self) {
        assert!(
            thread::panicking(),
            "this value panics when it is dropped, as the test wants it to"
        );
    }
}

#[test]
fn throwing_a_job_away_is_no_danger() {
    let (clock, pool) = pool("wp-danger", 2, 9);
    let gate = hold(&pool, 2);
    let job = || {
        let unhappy = Unhappy;
        move |_: &Token| std::mem::forget(unhappy)
    };
    let late: Vec<_> = (0..3)
        .map(|_| {
            pool.submit_until(Some(clock.at(1)), job())
                .expect("a place")
        })
        .collect();
    let cancelled = pool.submit_until(None, job()).expect("there are places");
    let cancelled = within("`cancel` of a job whose drop panics", move || {
        cancelled.cancel();
        cancelled
    });
    clock.advance(1);
    gate.open();
    let ended = within("`wait` for a job whose drop panics", || cancelled.wait());
    assert_eq!(
        ended,
        Err(JobError::Cancelled),
        "a cancelled job whose drop panics"
    );
    for ticket in late {
        let ended = within("`wait` for a job whose drop panics", || ticket.wait());
        assert_eq!(
            ended,
            Err(JobError::Expired),
            "a late job whose drop panics"
        );
    }
    assert_eq!(
        seen_together(&pool, 2),
        2,
        "workers, after three jobs that were late have panicked in their drop"
    );
    drop_and_count(pool, "wp-danger");
}
