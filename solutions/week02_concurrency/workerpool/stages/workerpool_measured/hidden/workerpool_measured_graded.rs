//! Stage 8, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use support::{builder, drop_and_count, hold, pool, within};
use workerpool::JobError;

#[test]
fn maps_beside_each_other_get_their_own_outcomes() {
    let pool = Arc::new(pool("wpg-beside", 2));
    let callers: Vec<_> = (0..5_u64)
        .map(|caller| {
            let pool = Arc::clone(&pool);
            thread::spawn(move || {
                (0..40)
                    .map(|round| pool.map((0..round).collect(), move |n: u64| n * 10 + caller))
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    let outcomes = within("five callers of forty maps each", move || {
        callers
            .into_iter()
            .map(|caller| caller.join().expect("mapping does not panic"))
            .collect::<Vec<_>>()
    });
    for (caller, maps) in (0..).zip(outcomes) {
        for (round, outcome) in (0..).zip(maps) {
            let expected: Vec<_> = (0..round).map(|n| Ok(n * 10 + caller)).collect();
            assert_eq!(outcome, expected, "caller {caller}, map of {round} items");
        }
    }
    let pool = Arc::into_inner(pool).expect("the callers are gone");
    drop_and_count(pool, "wpg-beside");
}

#[test]
fn items_that_panic_on_the_callers_thread_are_errors() {
    let pool = Arc::new(pool("wpg-panics", 1));
    let gate = hold(&pool, 1);
    let inside = Arc::clone(&pool);
    let outcomes = within("`map` while the worker is busy", move || {
        inside.map((0..6_u8).collect(), |n| {
            assert!(n % 2 == 0, "odd {n}");
            n
        })
    });
    let expected: Vec<_> = (0..6)
        .map(|n| match n % 2 {
            0 => Ok(n),
            _ => Err(JobError::Panicked {
                message: Some(format!("odd {n}")),
            }),
        })
        .collect();
    assert_eq!(outcomes, expected, "three of six items panic");
    gate.open();
    let pool = Arc::into_inner(pool).expect("the map is over");
    drop_and_count(pool, "wpg-panics");
}

#[test]
fn a_map_grows_an_elastic_pool_within_its_bounds() {
    let pool = builder("wpg-grows", 1)
        .max_workers(NonZeroUsize::new(3).expect("it is"))
        .start()
        .expect("threads start");
    let outcome = pool.map((0..5000_u32).collect(), |n| n);
    assert_eq!(outcome.len(), 5000, "outcomes");
    let workers = pool.stats().workers;
    assert!((1..=3).contains(&workers), "a pool of 1 to 3 has {workers}");
    drop_and_count(pool, "wpg-grows");
}
