//! Stage 2, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use support::{builder, drop_and_count, hold, within};
use workerpool::Reason;

#[test]
fn a_thousand_and_twenty_four_places_if_nobody_says() {
    let pool = builder("wpg-places", 1).start().expect("threads start");
    let gate = hold(&pool, 1);
    let placed = (0..5000)
        .take_while(|_| pool.try_execute(|| {}).is_ok())
        .count();
    assert_eq!(placed, 1024, "places of a queue that nobody has sized");
    assert_eq!(pool.stats().waiting, 1024, "jobs that wait");
    gate.open();
    drop_and_count(pool, "wpg-places");
}

#[test]
fn many_givers_and_a_small_queue_lose_nothing() {
    let pool = Arc::new(
        builder("wpg-many", 3)
            .queue(NonZeroUsize::MIN)
            .start()
            .expect("threads start"),
    );
    let ran = Arc::new(AtomicUsize::new(0));
    let givers: Vec<_> = (0..6)
        .map(|_| {
            let (pool, ran) = (Arc::clone(&pool), Arc::clone(&ran));
            thread::spawn(move || {
                for _ in 0..200 {
                    let ran = Arc::clone(&ran);
                    let job = move || {
                        ran.fetch_add(1, Ordering::SeqCst);
                    };
                    pool.execute(job).expect("the pool is open");
                }
            })
        })
        .collect();
    within("six givers of 200 jobs each", move || {
        for giver in givers {
            giver.join().expect("giving does not panic");
        }
    });
    pool.close();
    let refused = pool.execute(|| {}).expect_err("the pool is closed");
    assert_eq!(refused.reason, Reason::Closed, "closed comes before full");
    drop_and_count(
        Arc::into_inner(pool).expect("the givers are gone"),
        "wpg-many",
    );
    assert_eq!(ran.load(Ordering::SeqCst), 1200, "jobs that have run");
}
