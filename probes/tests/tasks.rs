//! Tasks are counted while they are alive, and settling takes no time.

use std::future::pending;
use std::time::Duration;

use probes::tasks;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn the_tests_own_future_is_no_task() {
    assert_eq!(tasks::alive(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_tasks_settles_from_its_first_link() {
    const LINKS: usize = 100;
    let (first, mut previous) = oneshot::channel::<()>();
    for _ in 0..LINKS {
        let (next, ended) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let _ = previous.await;
            drop(next);
        });
        previous = ended;
    }
    assert_eq!(tasks::settle(LINKS).await, LINKS, "all of them wait");
    drop(first);
    assert_eq!(
        tasks::settle(0).await,
        0,
        "each ends once the one before it has"
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_never_ends_is_reported() {
    let stuck = tokio::spawn(pending::<()>());
    assert_eq!(tasks::settle(0).await, 1);
    stuck.abort();
    assert_eq!(tasks::settle(0).await, 0, "an aborted task is gone");
}

#[tokio::test(start_paused = true)]
async fn settling_does_not_move_the_clock() {
    tokio::spawn(sleep(Duration::from_millis(1)));
    let start = Instant::now();
    assert_eq!(tasks::settle(0).await, 1, "the task sleeps");
    assert_eq!(start.elapsed(), Duration::ZERO);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(tasks::settle(0).await, 0, "it has slept by now");
}

#[tokio::test]
async fn it_works_without_paused_time() {
    let task = tokio::spawn(async {});
    assert_eq!(tasks::settle(0).await, 0);
    task.await.expect("the task ends");
}
