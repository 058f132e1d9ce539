//! The same promises at other values.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use probes::tasks;
use supervisor::{Failure, GaveUp, Policy, Supervisor};
use tokio::time::{Instant, sleep, timeout};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const POLICY: Policy = Policy {
    first: ms(10),
    longest: ms(70),
    steady: ms(500),
    restarts: usize::MAX,
    within: ms(1_000),
};

#[tokio::test(start_paused = true)]
async fn without_children_there_is_nothing_to_do() {
    let supervisor: Supervisor<()> = Supervisor::new(POLICY);
    assert_eq!(timeout(ms(1), supervisor.run()).await, Ok(Ok(())));
}

#[tokio::test(start_paused = true)]
async fn two_hundred_failures_do_not_overflow_the_pause() {
    let starts = Arc::new(Mutex::new(Vec::new()));
    let (noted, start) = (Arc::clone(&starts), Instant::now());
    let supervisor = Supervisor::new(POLICY).child("flapping", move || {
        let mut starts = noted.lock().expect("no panic under the lock");
        starts.push(start.elapsed().as_millis());
        let ends = starts.len() == 200;
        async move { if ends { Ok(()) } else { Err(()) } }
    });
    assert_eq!(timeout(ms(1_000_000), supervisor.run()).await, Ok(Ok(())));
    let starts = starts.lock().expect("no panic under the lock").clone();
    let pauses: Vec<u128> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses[..4], [10, 20, 40, 70], "the first pauses");
    assert!(
        pauses[4..].iter().all(|&pause| pause == 70),
        "the later pauses: {pauses:?}"
    );
    assert_eq!(pauses.len(), 199);
}

#[tokio::test(start_paused = true)]
async fn without_restarts_the_first_failure_is_too_many() {
    let policy = Policy {
        restarts: 0,
        ..POLICY
    };
    let supervisor = Supervisor::new(policy)
        .child("first", || async {
            sleep(ms(40)).await;
            Err("broken")
        })
        .child("second", std::future::pending);
    let start = Instant::now();
    let expected = GaveUp {
        child: "first".to_owned(),
        failure: Failure::Error("broken"),
    };
    assert_eq!(
        timeout(ms(1_000), supervisor.run()).await,
        Ok(Err(expected))
    );
    assert_eq!(
        start.elapsed().as_millis(),
        40,
        "it does not pause before it gives up"
    );
    assert_eq!(tasks::settle(0).await, 0, "tasks left");
}

#[tokio::test(start_paused = true)]
async fn a_failure_counts_for_less_than_the_window() {
    // Failures every 250 ms: in less than 1,000 ms there are four, in 1,001 ms there would be five.
    for (within, gives_up) in [(1_000, false), (1_001, true)] {
        let policy = Policy {
            first: ms(50),
            longest: ms(50),
            restarts: 4,
            within: ms(within),
            ..POLICY
        };
        let supervisor = Supervisor::new(policy).child("regular", || async {
            sleep(ms(200)).await;
            Err("again")
        });
        let start = Instant::now();
        let result = timeout(ms(100_000), supervisor.run()).await;
        assert_eq!(
            result.is_ok(),
            gives_up,
            "a failure every 250 ms, and the fifth in less than {within} ms is too many; gave up after {:?}",
            start.elapsed()
        );
        if gives_up {
            assert_eq!(start.elapsed().as_millis(), 1_200, "the fifth failure");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_without_a_text_is_told_as_one() {
    let policy = Policy {
        restarts: 1,
        ..POLICY
    };
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let supervisor: Supervisor<()> = Supervisor::new(policy).child("odd", move || {
        let run = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            if run == 0 {
                panic!("a text");
            }
            std::panic::panic_any(7)
        }
    });
    let expected = GaveUp {
        child: "odd".to_owned(),
        failure: Failure::Panicked(None),
    };
    assert_eq!(
        timeout(ms(1_000), supervisor.run()).await,
        Ok(Err(expected))
    );
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn twenty_children_keep_their_own_rhythm() {
    let starts: Vec<Arc<AtomicUsize>> = (0..20).map(|_| Arc::default()).collect();
    let mut supervisor: Supervisor<()> = Supervisor::new(Policy {
        first: ms(100),
        longest: ms(100),
        ..POLICY
    });
    for (n, starts) in starts.iter().enumerate() {
        let starts = Arc::clone(starts);
        supervisor = supervisor.child(&format!("child {n}"), move || {
            starts.fetch_add(1, Ordering::Relaxed);
            async move {
                sleep(ms(10 * n as u64)).await;
                if n % 2 == 0 {
                    Err(())
                } else {
                    panic!("as the test wants it to")
                }
            }
        });
    }
    assert!(timeout(ms(3_005), supervisor.run()).await.is_err());
    for (n, starts) in starts.iter().enumerate() {
        assert_eq!(
            starts.load(Ordering::Relaxed),
            3_005 / (100 + 10 * n) + 1,
            "child {n} runs for {} ms and pauses for 100 ms: starts in 3,005 ms",
            10 * n
        );
    }
}
