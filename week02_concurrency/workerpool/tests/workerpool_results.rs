//! Stage 3: values, errors, and who is told.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::num::NonZeroUsize;
use std::sync::Arc;

use probes::live::Tracker;
use support::{Gate, builder, drop_and_count, eventually, hold, pool, within};
use workerpool::{JobError, Pool, Reason};

fn with_one_place(name: &str, workers: usize) -> Pool {
    builder(name, workers)
        .queue(NonZeroUsize::MIN)
        .start()
        .expect("threads start")
}

#[test]
fn each_caller_gets_the_value_of_its_own_job() {
    let pool = pool("wp-values", 4);
    let tickets: Vec<_> = (0..100_usize)
        .map(|n| pool.submit(move || n * n).expect("the pool is open"))
        .collect();
    for (n, ticket) in tickets.into_iter().enumerate() {
        let value = within("`wait` for a job that returns a square", || ticket.wait());
        assert_eq!(value, Ok(n * n), "the square of {n}");
    }
    let failed = pool
        .submit(|| "7x".parse::<u8>())
        .expect("the pool is open");
    let failed = within("`wait` for a job that fails", || failed.wait());
    assert!(
        matches!(failed, Ok(Err(_))),
        "what the job calls an error is its value, and no failure of the pool: {failed:?}"
    );
    drop_and_count(pool, "wp-values");
}

#[test]
fn a_ticket_tells_without_waiting_whether_it_is_done() {
    let pool = pool("wp-done", 1);
    let gate = Gate::default();
    let ticket = pool
        .submit({
            let gate = gate.clone();
            move || gate.wait()
        })
        .expect("the pool is open");
    assert!(
        !ticket.is_done(),
        "the job waits at a gate, and is not done"
    );
    gate.open();
    eventually("the gate is open, so `is_done` must say so", || {
        ticket.is_done()
    });
    assert_eq!(ticket.wait(), Ok(()), "what a job that is done returns");
}

#[test]
fn a_submit_that_is_refused_gives_the_closure_back() {
    let pool = with_one_place("wp-back", 1);
    let (alive, gate) = (Tracker::new(), hold(&pool, 1));
    let filler = pool.submit(|| 1).expect("there is a place");
    let token = alive.token();
    let refused = pool
        .try_submit(move || {
            drop(token);
            17
        })
        .expect_err("the queue is full");
    assert_eq!(
        (refused.reason, alive.alive()),
        (Reason::Full, 1),
        "a full queue: (why, values of the closure that are alive)"
    );
    pool.close();
    let refused = pool.submit(refused.job).expect_err("the pool is closed");
    assert_eq!(
        (refused.reason, alive.alive()),
        (Reason::Closed, 1),
        "a closed pool: (why, values of the closure that are alive)"
    );
    assert_eq!(
        ((refused.job)(), alive.alive()),
        (17, 0),
        "the closure comes back as it was given: (its value, values that are alive after the call)"
    );
    gate.open();
    assert_eq!(
        within("`wait` for a job that was taken", || filler.wait()),
        Ok(1),
        "what was taken before the close still has its value"
    );
}

#[test]
fn a_job_without_a_value_is_an_answer() {
    let pool = pool("wp-none", 2);
    let alive = Tracker::new();
    let token = alive.token();
    let ticket = pool
        .submit(move || -> u8 {
            let _token = token;
            panic!("the test wants it to")
        })
        .expect("the pool is open");
    let ended = within(
        "a job has ended without a value, and somebody waits for it",
        || ticket.wait(),
    );
    assert!(
        matches!(ended, Err(JobError::Panicked { .. })),
        "a job that panics has no value, and whoever waits is told: {ended:?}"
    );
    assert_eq!(alive.alive(), 0, "what the job owned when `wait` returned");
}

#[test]
fn what_the_job_owned_is_gone_when_it_is_done() {
    let pool = pool("wp-owned", 2);
    for round in 0..200 {
        let shared = Arc::new(round);
        let inside = Arc::clone(&shared);
        let ticket = pool.submit(move || *inside + 1).expect("the pool is open");
        assert_eq!(
            within("`wait` for a sum", || ticket.wait()),
            Ok(round + 1),
            "the value of the job"
        );
        assert_eq!(
            Arc::into_inner(shared),
            Some(round),
            "round {round}: `wait` has returned, so the caller must be the only owner again"
        );
    }
}

#[test]
fn a_ticket_that_is_dropped_holds_nobody_up() {
    let pool = pool("wp-dropped", 1);
    let (alive, gate) = (Tracker::new(), hold(&pool, 1));
    let token = alive.token();
    let ticket = pool.submit(move || token).expect("the pool is open");
    within("`drop` of a ticket whose job has not begun", || {
        drop(ticket)
    });
    assert_eq!(alive.alive(), 1, "the job was taken, so it is still to run");
    gate.open();
    drop_and_count(pool, "wp-dropped");
    assert_eq!(
        alive.alive(),
        0,
        "values that nobody waited for, when the pool is gone"
    );
}

#[test]
fn map_works_side_by_side_and_answers_in_order() {
    let pool = Arc::new(with_one_place("wp-map", 2));
    let (gate, inside) = (Gate::default(), Arc::clone(&pool));
    let values = within(
        "`map`, whose item 0 ends only when item 1 has run on the other worker",
        move || {
            inside.map((0..50_usize).collect(), move |n| {
                match n {
                    0 => gate.wait_or_panic(),
                    1 => gate.open(),
                    _ => {}
                }
                n * 3
            })
        },
    );
    let expected: Vec<_> = (0..50).map(|n| Ok(n * 3)).collect();
    assert_eq!(
        values, expected,
        "what came of each of 50 items, in the order of the items and not of the endings"
    );
    assert_eq!(
        pool.map(Vec::<u8>::new(), |n| n),
        [],
        "what comes of no items"
    );
    pool.close();
    let reason = Reason::Closed;
    assert_eq!(
        pool.map(vec![1, 2], |n| n),
        [
            Err(JobError::Refused { reason }),
            Err(JobError::Refused { reason })
        ],
        "what comes of two items in a closed pool"
    );
}
