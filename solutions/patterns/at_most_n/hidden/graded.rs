//! The same promises at other values, and with several threads.

use std::future::{Future, pending, poll_fn};
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use at_most_n::Limit;
use probes::live::Tracker;
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn limit(most: usize) -> Arc<Limit> {
    Arc::new(Limit::new(NonZeroUsize::new(most).expect("not zero")))
}

/// Polls a future once; it must not be ready.
async fn start(mut call: std::pin::Pin<&mut impl Future<Output = ()>>) {
    poll_fn(|cx| {
        assert!(call.as_mut().poll(cx).is_pending(), "it has to wait");
        Poll::Ready(())
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_the_one_that_was_given() {
    for most in [1, 3, 100] {
        let (limit, in_flight) = (limit(most), Tracker::new());
        let mut calls = JoinSet::new();
        let began = Instant::now();
        for _ in 0..300 {
            let (limit, in_flight) = (Arc::clone(&limit), in_flight.clone());
            calls.spawn(async move {
                limit
                    .run(async {
                        let _in_flight = in_flight.token();
                        sleep(Duration::from_millis(7)).await;
                    })
                    .await;
            });
        }
        calls.join_all().await;
        assert_eq!(
            in_flight.most(),
            most,
            "300 calls under a limit of {most}, and so many were in flight at once"
        );
        let rounds = 300_usize.div_ceil(most);
        assert_eq!(
            began.elapsed().as_millis(),
            7 * rounds as u128,
            "300 calls of 7 ms under a limit of {most} are {rounds} rounds"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_is_not_taken_goes_to_the_next() {
    let limit = limit(1);
    let mut first = Box::pin(limit.run(pending::<()>()));
    start(first.as_mut()).await;
    let mut second = Box::pin(limit.run(async {}));
    start(second.as_mut()).await;
    let mut third = pin!(limit.run(async {}));
    start(third.as_mut()).await;
    // The place goes to the second, which is dropped before it can take it.
    drop(first);
    drop(second);
    assert!(
        timeout(DAY, third).await.is_ok(),
        "the place got free, the next in line was dropped before it ran, and the one behind it has waited \
         for a day"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_panics_at_once_gives_its_place_back() {
    let limit = limit(2);
    for _ in 0..10 {
        let limit = Arc::clone(&limit);
        let ended = timeout(
            DAY,
            tokio::spawn(async move {
                limit
                    .run(async { panic!("this call panics, as the test wants it to") })
                    .await
            }),
        );
        assert!(
            ended.await.expect("a place is free").is_err(),
            "a call's panic must reach its caller"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_threads_keep_the_limit() {
    let (limit, in_flight) = (limit(3), Tracker::new());
    let mut callers = JoinSet::new();
    for _ in 0..200 {
        let (limit, in_flight) = (Arc::clone(&limit), in_flight.clone());
        callers.spawn(async move {
            for _ in 0..5 {
                limit
                    .run(async {
                        let _in_flight = in_flight.token();
                        yield_now().await;
                    })
                    .await;
            }
        });
    }
    callers.join_all().await;
    assert!(
        in_flight.most() <= 3,
        "the limit is 3, and {} calls were in flight at once on four threads",
        in_flight.most()
    );
}
