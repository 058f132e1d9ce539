//! Stage 8: what a small item costs, and who works on it.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use probes::{alloc, figures, live::Tracker};
use support::{Gate, builder, drop_and_count, eventually, hold, pool, within};
use workerpool::JobError;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

#[test]
fn the_caller_works_too() {
    let pool = Arc::new(pool("wp-caller", 2));
    let (inside, here, all) = (Arc::clone(&pool), AtomicUsize::new(0), Gate::default());
    let seen = within(
        "`map` of 3 items that wait for each other, with 2 workers",
        move || {
            inside.map(vec![(); 3], move |()| {
                if here.fetch_add(1, Ordering::SeqCst) == 2 {
                    all.open();
                }
                all.wait_or_panic();
            })
        },
    );
    assert_eq!(
        seen,
        [Ok(()), Ok(()), Ok(())],
        "2 workers and the caller must work on 3 items at the same time"
    );
    drop_and_count(Arc::into_inner(pool).expect("the map is over"), "wp-caller");
}

#[test]
fn a_busy_pool_and_a_full_queue_are_no_reason_to_wait() {
    let pool = builder("wp-busy", 2).queue(NonZeroUsize::MIN).start();
    let pool = Arc::new(pool.expect("threads start"));
    let gate = hold(&pool, 2);
    for (queue, waiting) in [("an empty", 0), ("a full", 1)] {
        if waiting == 1 {
            pool.execute(|| {}).expect("there is a place");
        }
        let inside = Arc::clone(&pool);
        let values = within("`map` while both workers are busy", move || {
            inside.map((0..100_u32).collect(), |n| n + 1)
        });
        let expected: Vec<Result<u32, JobError>> = (1..=100).map(Ok).collect();
        assert_eq!(
            values, expected,
            "what came of 100 items, with {queue} queue"
        );
        assert_eq!(
            pool.stats().waiting,
            waiting,
            "jobs that wait after the `map`, with {queue} queue: it must leave nothing behind"
        );
    }
    gate.open();
    drop_and_count(Arc::into_inner(pool).expect("the map is over"), "wp-busy");
}

#[test]
fn a_job_may_map() {
    let pool = Arc::new(pool("wp-inner", 1));
    let inside = Arc::clone(&pool);
    let job = move || {
        let values = inside.map(vec![1, 2, 3], {
            let inner = Arc::downgrade(&inside);
            move |n| {
                let pool = inner.upgrade().expect("the test has the pool");
                pool.map(vec![n; n], |n| n * 10)
            }
        });
        values
            .into_iter()
            .flat_map(|inner| inner.expect("it returns"))
            .collect::<Vec<_>>()
    };
    let ticket = pool.submit(job).expect("the pool is open");
    assert_eq!(
        within("a job maps in its own pool of one thread, two deep", || {
            ticket.wait()
        }),
        Ok([10, 20, 20, 30, 30, 30].map(Ok).to_vec()),
        "what came of the items"
    );
}

#[test]
fn a_slow_item_holds_up_nobody() {
    let pool = Arc::new(pool("wp-slow", 2));
    let (inside, done, others) = (Arc::clone(&pool), AtomicUsize::new(0), Gate::default());
    let values = within(
        "`map` of 100 items, of which item 0 ends when the other 99 have: they must not be behind it",
        move || {
            inside.map((0..100).collect(), move |n: usize| {
                if n == 0 {
                    others.wait_or_panic();
                } else if done.fetch_add(1, Ordering::SeqCst) == 98 {
                    others.open();
                }
                n
            })
        },
    );
    let expected: Vec<_> = (0..100).map(Ok).collect();
    assert_eq!(values, expected, "what came of 100 items");
    drop_and_count(Arc::into_inner(pool).expect("the map is over"), "wp-slow");
}

#[test]
fn nothing_of_a_map_is_left() {
    let pool = pool("wp-nothing", 3);
    let alive = Tracker::new();
    for round in 0..50 {
        let token = alive.token();
        let items: Vec<_> = (0..20).map(|_| alive.token()).collect();
        let values = pool.map(items, move |item| (item, token.clone()));
        assert_eq!(values.len(), 20, "round {round}: outcomes of 20 items");
    }
    drop_and_count(pool, "wp-nothing");
    assert_eq!(
        alive.alive(),
        0,
        "what fifty maps were given and have made, when the pool is gone"
    );
}

#[test]
fn a_thousand_small_items_are_measured() {
    let pool = pool("wp-small", 1);
    // The queue has the memory that it needs for a thousand jobs before anything is counted.
    let gate = hold(&pool, 1);
    while pool.try_execute(|| {}).is_ok() {}
    gate.open();
    eventually("the queue gets empty", || {
        pool.stats().running + pool.stats().waiting == 0
    });
    pool.map(vec![1, 2, 3], |n| n);
    let items: Vec<u32> = (0..1_000).collect();
    let (values, tally) = alloc::measure(|| pool.map(items, |n| n * 3));
    let sum: u32 = values
        .into_iter()
        .map(|value| value.expect("it returns"))
        .sum();
    assert_eq!(sum, 3 * 499_500, "the sum of what came of 1,000 items");
    figures::report("allocations", tally.allocations);
}
