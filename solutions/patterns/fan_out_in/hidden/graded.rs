//! The same promises at other values, and on a runtime with several threads.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use fan_out_in::gather;
use probes::live::Tracker;
use probes::tasks;
use tokio::time::{Instant, sleep, timeout};

#[tokio::test(start_paused = true)]
async fn no_calls_are_no_answers() {
    let calls: [std::future::Ready<Result<u8, u8>>; 0] = [];
    let answers = timeout(Duration::from_secs(1), gather(calls)).await;
    assert_eq!(answers, Ok(Ok(vec![])), "there was nothing to wait for");
}

#[tokio::test(start_paused = true)]
async fn five_hundred_answers_are_in_order() {
    // In steps of 7 through the milliseconds from 0 to 499: each time occurs once.
    let calls = (0..500_u64).map(|n| async move {
        sleep(Duration::from_millis(n * 7 % 500)).await;
        Ok::<_, ()>(n)
    });
    let start = Instant::now();
    let answers = gather(calls).await;
    assert_eq!(
        answers,
        Ok((0..500).collect()),
        "answers in the order of the calls"
    );
    assert_eq!(start.elapsed().as_millis(), 499, "the slowest takes 499 ms");
}

#[tokio::test(start_paused = true)]
async fn the_last_call_to_fail_cancels_as_the_first() {
    let tracker = Tracker::new();
    for failing in [0, 19, 39] {
        let calls = (0..40).map(|n| {
            let token = tracker.token();
            async move {
                let _token = token;
                if n == failing {
                    sleep(Duration::from_millis(3)).await;
                    return Err(n);
                }
                pending::<()>().await;
                Ok(())
            }
        });
        let start = Instant::now();
        let result = timeout(Duration::from_secs(1), gather(calls)).await;
        let alive = tracker.alive();
        assert_eq!(
            result,
            Ok(Err(failing)),
            "call {failing} of 40 fails after 3 ms"
        );
        assert_eq!(start.elapsed().as_millis(), 3);
        assert_eq!(
            alive, 0,
            "calls that gather has left behind when call {failing} failed"
        );
        assert_eq!(tasks::settle(0).await, 0, "tasks");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_at_once_cancels_those_that_have_not_begun() {
    let tracker = Tracker::new();
    let calls = (0..20).map(|n| {
        let token = tracker.token();
        async move {
            let _token = token;
            if n == 0 {
                Err(n)
            } else {
                pending::<Result<(), i32>>().await
            }
        }
    });
    let result = timeout(Duration::from_secs(1), gather(calls)).await;
    assert_eq!(
        (result, tracker.alive()),
        (Ok(Err(0)), 0),
        "the first call fails at its first poll"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_on_other_threads_have_let_go_too() {
    struct Slow(Arc<AtomicBool>);
    impl Drop for Slow {
        fn drop(&mut self) {
            // As a connection that says goodbye.
            thread::sleep(Duration::from_millis(50));
            self.0.store(true, Ordering::Release);
        }
    }
    let released = Arc::new(AtomicBool::new(false));
    let calls = [true, false].map(|fails| {
        let slow = (!fails).then(|| Slow(Arc::clone(&released)));
        async move {
            if fails {
                sleep(Duration::from_millis(10)).await;
                return Err("sold out");
            }
            let _slow = slow;
            pending::<()>().await;
            Ok(())
        }
    });
    let result = gather(calls).await;
    assert_eq!(result, Err("sold out"));
    assert!(
        released.load(Ordering::Acquire),
        "gather returned while a cancelled call was still letting go of what it held"
    );
}
