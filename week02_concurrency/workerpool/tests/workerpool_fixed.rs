//! Stage 1: so many threads, each job once, and an end.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use support::{
    PATIENCE, assert_no_thread, drop_and_count, eventually, pool, seen_together, within,
};
use workerpool::{Reason, Refused};

#[test]
fn four_workers_run_four_jobs_at_the_same_time() {
    let pool = pool("wp-together", 4);
    let together = seen_together(&pool, 4);
    assert_eq!(
        together, 4,
        "4 jobs that wait for each other were given to 4 workers; so many were seen together. Does somebody hold \
         a lock while a job runs?"
    );
    if let Ok(there) = probes::threads::count_named("wp-together") {
        assert_eq!(
            there, 4,
            "threads that are named as the pool, with 4 workers"
        );
    }
    drop_and_count(pool, "wp-together");
}

#[test]
fn each_job_runs_once_and_in_the_order_of_arrival() {
    let pool = pool("wp-order", 1);
    let ran = Arc::new(Mutex::new(Vec::new()));
    for n in 0..100 {
        let ran = Arc::clone(&ran);
        let job = move || ran.lock().expect("no panic under the lock").push(n);
        pool.execute(job).expect("the pool is open");
    }
    eventually("100 jobs were given to one worker, and all run", || {
        ran.lock().expect("no panic under the lock").len() >= 100
    });
    drop(pool);
    let ran = ran.lock().expect("no panic under the lock").clone();
    let expected: Vec<usize> = (0..100).collect();
    assert_eq!(
        ran, expected,
        "one worker runs each job once, in their order"
    );
}

#[test]
fn a_closed_pool_gives_the_job_back() {
    let pool = pool("wp-closed", 2);
    let (tell, told) = mpsc::channel();
    pool.close();
    pool.close();
    match pool.execute(move || tell.send("it ran").expect("the test listens")) {
        Ok(()) => panic!("the pool was closed, and took a job all the same"),
        Err(Refused { reason, job }) => {
            assert_eq!(reason, Reason::Closed, "why a closed pool refuses");
            job();
        }
    }
    assert_eq!(
        told.recv_timeout(PATIENCE),
        Ok("it ran"),
        "the job that was given back can still be run by its owner"
    );
}

#[test]
fn closing_runs_what_was_taken_and_ends_the_threads() {
    let pool = pool("wp-close", 2);
    let gate = support::hold(&pool, 2);
    let ran = Arc::new(AtomicUsize::new(0));
    for _ in 0..20 {
        let ran = Arc::clone(&ran);
        let job = move || {
            ran.fetch_add(1, Ordering::SeqCst);
        };
        pool.execute(job).expect("the pool is open");
    }
    pool.close();
    gate.open();
    assert_no_thread(
        "the pool was closed with 20 jobs waiting, its jobs can end, and its handle is still held",
        "wp-close",
    );
    assert_eq!(
        ran.load(Ordering::SeqCst),
        20,
        "20 jobs were taken before the close; so many have run when the threads have ended"
    );
    within("`drop` of a closed pool", move || drop(pool));
}

#[test]
fn dropping_returns_when_all_has_run() {
    let pool = pool("wp-drop", 2);
    let ran = Arc::new(AtomicUsize::new(0));
    for _ in 0..20 {
        let ran = Arc::clone(&ran);
        let job = move || {
            // The work of this job is to take a millisecond.
            thread::sleep(Duration::from_millis(1));
            ran.fetch_add(1, Ordering::SeqCst);
        };
        pool.execute(job).expect("the pool is open");
    }
    within("`drop` of the pool", move || drop(pool));
    assert_eq!(
        ran.load(Ordering::SeqCst),
        20,
        "20 jobs of 1 ms were given to 2 workers; so many had run when `drop` of the pool returned"
    );
    assert_no_thread("`drop` of the pool has returned", "wp-drop");
}
