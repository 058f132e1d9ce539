//! The same promises at other values.

use std::cell::Cell;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hedged::{Hedge, Settings};
use probes::live::Tracker;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn hedge(after: Duration, every: u32, burst: u32) -> Hedge {
    Hedge::new(Settings {
        after,
        every,
        burst,
    })
}

#[tokio::test(start_paused = true)]
async fn the_moment_is_the_one_that_was_given() {
    for after in [1, 7, 450, 60_000] {
        let hedge = hedge(ms(after), 3, 1);
        let made = Cell::new(0_u32);
        let start = Instant::now();
        let got = hedge
            .call(|| {
                made.set(made.get() + 1);
                let first = made.get() == 1;
                async move {
                    if first {
                        pending::<()>().await;
                    }
                    sleep(ms(3)).await;
                    Ok::<_, ()>("second")
                }
            })
            .await;
        assert_eq!(got, Ok("second"));
        assert_eq!(
            start.elapsed().as_millis(),
            u128::from(after) + 3,
            "the first request never ends, the second is made after {after} ms and takes 3 ms"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn without_an_end_to_patience_there_is_no_second() {
    let made = Cell::new(0);
    let call = async |takes: u64, hedge: &Hedge| {
        hedge
            .call(|| {
                made.set(made.get() + 1);
                async move {
                    sleep(ms(takes)).await;
                    Ok::<_, ()>(())
                }
            })
            .await
    };
    assert_eq!(
        call(1_000_000_000, &hedge(Duration::MAX, 1, 100)).await,
        Ok(())
    );
    assert_eq!(
        made.get(),
        1,
        "requests of a call whose first has all the time there is"
    );
}

#[tokio::test(start_paused = true)]
async fn without_savings_the_first_second_request_must_be_earned() {
    for (every, burst, expected) in [
        (4, 0, vec![]),
        (1, 1, (1..=12).collect::<Vec<_>>()),
        (4, 1, vec![1, 5, 9]),
        (5, 2, vec![1, 2, 6, 11]),
        (3, 3, vec![1, 2, 3, 4, 7, 10]),
    ] {
        let hedge = hedge(ms(10), every, burst);
        let mut hedged = Vec::new();
        for call in 1..=12 {
            let made = Cell::new(0);
            let got = hedge
                .call(|| {
                    made.set(made.get() + 1);
                    async {
                        sleep(ms(50)).await;
                        Ok::<_, ()>(())
                    }
                })
                .await;
            assert_eq!(got, Ok(()));
            if made.get() == 2 {
                hedged.push(call);
            }
        }
        assert_eq!(
            hedged, expected,
            "12 slow calls, every {every}, burst {burst}: which were hedged"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_begin_together_save_together() {
    let hedge = Arc::new(hedge(ms(10), 4, 2));
    let made = Arc::new(AtomicUsize::new(0));
    let call = || {
        let (hedge, made) = (Arc::clone(&hedge), Arc::clone(&made));
        async move {
            hedge
                .call(|| {
                    made.fetch_add(1, Ordering::Relaxed);
                    async {
                        sleep(ms(50)).await;
                        Ok::<_, ()>(())
                    }
                })
                .await
        }
    };
    for _ in 0..2 {
        assert_eq!(call().await, Ok(()));
    }
    let together: JoinSet<_> = (0..6).map(|_| call()).collect();
    let _ = together.join_all().await;
    assert_eq!(
        made.load(Ordering::Relaxed),
        4 + 6 + 1,
        "two slow calls, hedged, and then six at the same time, who save six quarters on top of one"
    );
}

#[tokio::test(start_paused = true)]
async fn the_loser_is_gone_before_the_caller_goes_on() {
    let under_way = Tracker::new();
    let hedge = hedge(ms(5), 1, 50);
    for n in 0..40_u64 {
        let made = Cell::new(0_u64);
        let under_way_now = under_way.clone();
        let got = hedge
            .call(|| {
                made.set(made.get() + 1);
                let (number, token) = (made.get(), under_way_now.token());
                async move {
                    let _token = token;
                    // The one or the other is faster.
                    sleep(ms(20 + (n + number) % 2 * 40)).await;
                    Ok::<_, ()>(number)
                }
            })
            .await;
        assert_eq!(
            got,
            Ok(1 + (n + 1) % 2),
            "call {n}: which of its two requests is faster"
        );
        assert_eq!(under_way.alive(), 0, "call {n}: requests under way");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_has_paid_for_its_second_request() {
    let hedge = hedge(ms(10), 10, 1);
    let dropped = hedge.call(pending::<Result<(), ()>>);
    assert!(timeout(ms(20), dropped).await.is_err());
    let made = Cell::new(0);
    let _ = hedge
        .call(|| {
            made.set(made.get() + 1);
            async {
                sleep(ms(50)).await;
                Ok::<_, ()>(())
            }
        })
        .await;
    assert_eq!(
        made.get(),
        1,
        "the one second request that was saved up has been made"
    );
}
