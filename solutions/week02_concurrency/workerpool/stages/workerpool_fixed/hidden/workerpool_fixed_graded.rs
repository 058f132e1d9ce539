//! Stage 1, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use support::{drop_and_count, pool, seen_together, within};
use workerpool::Reason;

#[test]
fn one_and_seven_workers_run_as_many_jobs_at_once() {
    for (workers, name) in [(1, "wpg-one"), (7, "wpg-seven")] {
        let pool = pool(name, workers);
        assert_eq!(
            seen_together(&pool, workers),
            workers,
            "jobs that were seen together in a pool of {workers}"
        );
        drop_and_count(pool, name);
    }
}

#[test]
fn what_is_taken_while_somebody_closes_still_runs() {
    for round in 0..50 {
        let pool = pool("wpg-race", 2);
        let ran = Arc::new(AtomicUsize::new(0));
        let start = Barrier::new(2);
        let taken = thread::scope(|scope| {
            let (pool, ran, start) = (&pool, &ran, &start);
            let giver = scope.spawn(move || {
                start.wait();
                (0..50)
                    .filter(|_| {
                        let ran = Arc::clone(ran);
                        let job = move || {
                            ran.fetch_add(1, Ordering::SeqCst);
                        };
                        match pool.execute(job) {
                            Ok(()) => true,
                            Err(refused) => {
                                assert_eq!(refused.reason, Reason::Closed, "why it refused");
                                false
                            }
                        }
                    })
                    .count()
            });
            start.wait();
            pool.close();
            giver.join().expect("giving jobs does not panic")
        });
        within("`drop` of the pool", move || drop(pool));
        assert_eq!(
            ran.load(Ordering::SeqCst),
            taken,
            "round {round}: a pool was closed while jobs came in. (left: have run, right: were taken)"
        );
    }
}
