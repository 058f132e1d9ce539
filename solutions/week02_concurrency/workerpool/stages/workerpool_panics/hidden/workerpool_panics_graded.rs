//! Stage 4, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::{Arc, Barrier};

use probes::live::Tracker;
use support::{drop_and_count, pool, seen_together, within};
use workerpool::JobError;

#[test]
fn one_worker_survives_a_hundred_panics() {
    let pool = pool("wpg-hundred", 1);
    let alive = Tracker::new();
    for n in 0..100 {
        let token = alive.token();
        let ticket = pool
            .submit(move || -> u8 {
                let _token = token;
                panic!("number {n}")
            })
            .expect("the pool is open");
        let ended = within("`wait` for a job that panics", || ticket.wait());
        let message = Some(format!("number {n}"));
        assert_eq!(ended, Err(JobError::Panicked { message }), "panic {n}");
        assert_eq!(
            alive.alive(),
            0,
            "panic {n}: what the job owned when its caller was told"
        );
    }
    drop_and_count(pool, "wpg-hundred");
}

#[test]
fn panics_in_the_same_moment_cost_nothing() {
    let pool = pool("wpg-moment", 6);
    for round in 0..5 {
        let together = Arc::new(Barrier::new(6));
        let tickets: Vec<_> = (0..6)
            .map(|_| {
                let together = Arc::clone(&together);
                pool.submit(move || -> u8 {
                    together.wait();
                    panic!("now")
                })
                .expect("the pool is open")
            })
            .collect();
        for ticket in tickets {
            let ended = within("`wait` for one of six jobs", || ticket.wait());
            assert!(ended.is_err(), "round {round}: the job has panicked");
        }
        assert_eq!(seen_together(&pool, 6), 6, "round {round}: workers");
    }
    drop_and_count(pool, "wpg-moment");
}

#[test]
fn an_owner_that_unwinds_still_ends_its_pool() {
    let owner = std::thread::spawn(|| {
        let pool = pool("wpg-owner", 2);
        pool.execute(|| panic!("the job")).expect("it is open");
        panic!("the owner")
    });
    assert!(
        within("`join` of the owner", move || owner.join()).is_err(),
        "the owner has panicked"
    );
    support::assert_no_thread("the owner of a pool has panicked", "wpg-owner");
}
