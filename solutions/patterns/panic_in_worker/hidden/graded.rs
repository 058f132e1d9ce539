//! The same promises at other values.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::time::Duration;

use panic_in_worker::{Panicked, Pool};
use probes::live::Tracker;
use probes::threads;

fn pool(name: &str, workers: usize) -> Pool {
    Pool::start(name, NonZeroUsize::new(workers).expect("not zero"))
        .expect("threads can be started")
}

#[test]
fn one_thread_survives_a_hundred_panics() {
    let pool = pool("piw-one", 1);
    for n in 0..100 {
        let told = pool.submit(move || -> u32 { panic!("panic {n}, as the test wants it") });
        let message = Some(format!("panic {n}, as the test wants it"));
        assert_eq!(told.wait(), Err(Panicked { message }));
        assert_eq!(
            pool.submit(move || n).wait(),
            Ok(n),
            "the job after panic {n}"
        );
    }
    if let Ok(there) = threads::settle_named("piw-one", 1) {
        assert_eq!(there, 1, "threads of a pool of one, after 100 panics");
    }
}

#[test]
fn threads_that_panic_in_the_same_moment_are_all_there_again() {
    let pool = pool("piw-moment", 8);
    for round in 0..5 {
        let all = Arc::new(Barrier::new(8));
        let tickets: Vec<_> = (0..8)
            .map(|_| {
                let all = Arc::clone(&all);
                // All eight meet, which takes eight threads, and then panic together.
                pool.submit(move || {
                    all.wait();
                    panic!("round {round}");
                })
            })
            .collect::<Vec<panic_in_worker::Ticket<()>>>();
        let (done, ended) = mpsc::channel();
        std::thread::spawn(move || {
            for ticket in tickets {
                let _ = done.send(ticket.wait());
            }
        });
        for _ in 0..8 {
            let told = ended.recv_timeout(Duration::from_secs(2));
            let message = Some(format!("round {round}"));
            assert_eq!(
                told,
                Ok(Err(Panicked { message })),
                "8 jobs need 8 threads in round {round}"
            );
        }
    }
}

#[test]
fn what_a_job_owned_is_gone_when_its_caller_is_told() {
    let pool = pool("piw-owned", 2);
    let tracker = Tracker::new();
    for panics in [false, true, true, false] {
        let token = tracker.token();
        let ended = pool
            .submit(move || {
                let _token = token;
                assert!(!panics, "as the test wants it to");
            })
            .wait();
        assert_eq!(ended.is_err(), panics);
        assert_eq!(
            tracker.alive(),
            0,
            "what the job owned, after one that panics: {panics}"
        );
    }
}

#[test]
fn a_pool_can_be_dropped_by_one_who_unwinds() {
    let ran = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&ran);
    let owner = std::thread::spawn(move || {
        let pool = pool("piw-unwind", 3);
        for n in 0..30 {
            let ran = Arc::clone(&counted);
            drop(pool.submit(move || {
                ran.fetch_add(1, Ordering::Relaxed);
                assert!(n % 2 == 0, "as the test wants it to");
            }));
        }
        panic!("the owner panics, as the test wants it to");
    });
    assert!(owner.join().is_err());
    assert_eq!(
        ran.load(Ordering::Relaxed),
        30,
        "jobs that had run when the owner was gone"
    );
    if let Ok(left) = threads::settle_named("piw-unwind", 0) {
        assert_eq!(left, 0, "threads of the pool");
    }
}
