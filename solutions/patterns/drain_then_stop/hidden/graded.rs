//! The same promises at other values, and on a runtime with several threads.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use drain_then_stop::{Jobs, Report};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(start_paused = true)]
async fn a_deadline_of_zero_aborts_at_once() {
    let jobs = Jobs::new();
    for name in ["b", "a", "b"] {
        jobs.submit(name, future::pending()).expect("open");
    }
    let start = Instant::now();
    let report = timeout(DAY, jobs.shutdown(Duration::ZERO))
        .await
        .expect("a deadline of zero is over at once");
    assert_eq!(
        report.aborted,
        ["a", "b", "b"],
        "two jobs may share a name, and both are named"
    );
    assert_eq!(start.elapsed().as_secs(), 0);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_longest_deadline_waits_for_the_last_job() {
    let jobs = Jobs::new();
    jobs.submit("backup", sleep(7 * DAY)).expect("open");
    let start = Instant::now();
    let report = timeout(8 * DAY, jobs.shutdown(Duration::MAX))
        .await
        .expect("the job is done after seven days");
    assert_eq!(report.finished, ["backup"]);
    assert_eq!(start.elapsed().as_secs(), 7 * DAY.as_secs());
}

#[tokio::test(start_paused = true)]
async fn every_job_in_flight_is_in_exactly_one_list() {
    let jobs = Jobs::new();
    let dropped = Arc::new(AtomicUsize::new(0));
    struct Held(Arc<AtomicUsize>);
    impl Drop for Held {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    // Job n takes n seconds and a half. Those of 0 to 9 end before; every seventh panics.
    for n in 0..100_u64 {
        let held = Held(Arc::clone(&dropped));
        jobs.submit(&format!("job {n:02}"), async move {
            let _held = held;
            sleep(Duration::from_secs(n) + Duration::from_millis(500)).await;
            assert!(n % 7 != 0, "job {n} panics, as this test wants it to");
        })
        .expect("open");
    }
    sleep(Duration::from_secs(10)).await;
    let start = Instant::now();
    let report = timeout(DAY, jobs.shutdown(Duration::from_secs(50)))
        .await
        .expect("the deadline is 50 s");
    assert_eq!(dropped.load(Ordering::Relaxed), 100, "jobs dropped");
    assert_eq!(start.elapsed().as_secs(), 50);
    let named = |range: std::ops::Range<u64>, panics: bool| -> Vec<String> {
        range
            .filter(|n| (n % 7 == 0) == panics)
            .map(|n| format!("job {n:02}"))
            .collect()
    };
    let mut aborted = [named(60..100, true), named(60..100, false)].concat();
    aborted.sort();
    assert_eq!(
        report,
        Report {
            finished: named(10..60, false),
            panicked: named(10..60, true),
            aborted,
        }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_threads_have_let_go_too() {
    struct Slow(Arc<AtomicBool>);
    impl Drop for Slow {
        fn drop(&mut self) {
            // As a file that is flushed: it takes its time on the thread that runs the job.
            thread::sleep(Duration::from_millis(50));
            self.0.store(true, Ordering::Release);
        }
    }
    let jobs = Jobs::new();
    let released = Arc::new(AtomicBool::new(false));
    let held = Slow(Arc::clone(&released));
    jobs.submit("writer", async move {
        let _held = held;
        future::pending().await
    })
    .expect("open");
    let report = timeout(
        Duration::from_secs(5),
        jobs.shutdown(Duration::from_millis(10)),
    )
    .await
    .expect("the deadline is 10 ms");
    assert_eq!(report.aborted, ["writer"]);
    assert!(
        released.load(Ordering::Acquire),
        "shutdown returned while `writer` was still letting go of what it held"
    );
}
