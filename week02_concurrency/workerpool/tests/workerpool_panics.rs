//! Stage 4: what becomes of a pool whose jobs panic.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use probes::threads;
use support::{Gate, drop_and_count, hold, pool, seen_together, within};
use workerpool::{JobError, Pool};

/// What panics when it is dropped, but not while something else panics already.
struct Unhappy;

impl Drop for Unhappy {
    fn drop(&mut self) {
        assert!(
            thread::panicking(),
            "this value panics when it is dropped, as the test wants it to"
        );
    }
}

fn assert_all_work(before: &str, pool: &Pool, name: &str, workers: usize) {
    let together = seen_together(pool, workers);
    assert_eq!(
        together, workers,
        "{before}; then {workers} jobs that wait for each other: so many were seen together"
    );
    if let Ok(there) = threads::settle_named(name, workers) {
        assert_eq!(there, workers, "{before}; threads of the pool");
    }
    // A job that has ended is counted a moment after it has said so.
    support::eventually("nothing is given to the pool, so nothing runs", || {
        pool.stats().running == 0
    });
}

fn told(message: &str) -> JobError {
    JobError::Panicked {
        message: Some(message.to_owned()),
    }
}

#[test]
fn as_many_workers_as_before() {
    let pool = pool("wp-after", 4);
    let gate = Gate::default();
    for _ in 0..20 {
        let gate = gate.clone();
        let job = move || {
            gate.wait();
            panic!("this job panics, as the test wants it to")
        };
        pool.execute(job).expect("the pool is open");
    }
    gate.open();
    assert_all_work("20 jobs have panicked", &pool, "wp-after", 4);
    drop_and_count(pool, "wp-after");
}

#[test]
fn each_caller_is_told_what_its_own_panic_said() {
    let pool = pool("wp-told", 4);
    let page = 17;
    let words = pool
        .submit(|| -> u8 { panic!("no such colour") })
        .expect("the pool is open");
    let formatted = pool
        .submit(move || -> u8 { panic!("page {page} is broken") })
        .expect("the pool is open");
    let number = pool
        .submit(|| -> u8 { panic_any(404) })
        .expect("the pool is open");
    let value = pool.submit(|| 5_u8).expect("the pool is open");
    let jobs = [
        ("a text", words, Err(told("no such colour"))),
        (
            "a formatted text",
            formatted,
            Err(told("page 17 is broken")),
        ),
        (
            "a number",
            number,
            Err(JobError::Panicked { message: None }),
        ),
        ("nothing: it returns 5", value, Ok(5)),
    ];
    for (what, ticket, expected) in jobs {
        let ended = within("`wait` for one of four jobs", || ticket.wait());
        assert_eq!(ended, expected, "a job that panics with {what}");
    }
}

#[test]
fn one_item_of_a_map_is_one_error() {
    let pool = Arc::new(pool("wp-item", 2));
    let inside = Arc::clone(&pool);
    let ended = within("`map` of ten items, of which three panic", move || {
        inside.map((0..10_u8).collect(), |n| {
            assert!(n % 4 != 0, "no {n}");
            n
        })
    });
    let expected: Vec<_> = (0..10)
        .map(|n| match n {
            0 | 4 | 8 => Err(told(&format!("no {n}"))),
            _ => Ok(n),
        })
        .collect();
    assert_eq!(ended, expected, "items 0, 4 and 8 of ten panic");
}

#[test]
fn a_value_that_nobody_takes_costs_no_thread() {
    let pool = pool("wp-value", 3);
    let gate = Gate::default();
    for _ in 0..6 {
        let gate = gate.clone();
        let ticket = pool.submit(move || {
            gate.wait();
            Unhappy
        });
        drop(ticket.expect("the pool is open"));
    }
    gate.open();
    let before =
        "6 tickets were dropped, and the values of their jobs panicked when the pool dropped them";
    assert_all_work(before, &pool, "wp-value", 3);
}

#[test]
fn a_panic_that_carries_trouble_costs_no_thread() {
    let pool = pool("wp-payload", 2);
    for _ in 0..4 {
        pool.execute(|| panic_any(Unhappy)).expect("it is open");
        let ticket = pool.submit(|| -> u8 { panic_any(Unhappy) });
        let ticket = ticket.expect("it is open");
        let ended = within(
            "`wait` for a job that throws a payload that panics itself when it is dropped, after others like it",
            || ticket.wait(),
        );
        assert_eq!(
            ended,
            Err(JobError::Panicked { message: None }),
            "a job that panics with something that is no text"
        );
    }
    let before = "8 jobs have panicked with a payload that panics itself when it is dropped";
    assert_all_work(before, &pool, "wp-payload", 2);
}

#[test]
fn dropping_the_pool_runs_what_it_took() {
    let pool = pool("wp-rest", 2);
    let (gate, ran) = (hold(&pool, 2), Arc::new(AtomicUsize::new(0)));
    for n in 0..50 {
        let ran = Arc::clone(&ran);
        let job = move || {
            ran.fetch_add(1, Ordering::SeqCst);
            assert!(n % 3 != 0, "job {n} panics, as the test wants it to");
        };
        pool.execute(job).expect("the pool is open");
    }
    gate.open();
    drop_and_count(pool, "wp-rest");
    assert_eq!(
        ran.load(Ordering::SeqCst),
        50,
        "50 jobs were taken by 2 workers, and every third panics; so many had run when `drop` returned"
    );
}
