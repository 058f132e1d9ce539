//! The same promises for other owners, other runtimes and other numbers.

use std::future::pending;
use std::pin::Pin;
use std::time::Duration;

use abort_on_drop::Task;
use probes::live::{Counted, Tracker};
use probes::tasks;
use tokio::time::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

/// A task that owns a task that owns a task.
fn nested(depth: usize, held: Tracker) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let _held = held.token();
        if depth == 0 {
            return pending().await;
        }
        let inner = Task::spawn(nested(depth - 1, held.clone()));
        let _ = inner.join().await;
    })
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_owners_ends_from_its_first() {
    let held = Tracker::new();
    let outermost = Task::spawn(nested(20, held.clone()));
    sleep(SECOND).await;
    assert_eq!(held.alive(), 21, "all of them wait");
    drop(outermost);
    assert_eq!(tasks::settle(0).await, 0, "tasks are left");
    assert_eq!(held.alive(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_threads_let_go_too() {
    let held = Tracker::new();
    let owned: Vec<Task<()>> = (0..200)
        .map(|_| {
            let token = held.token();
            Task::spawn(async move {
                let _held = token;
                pending().await
            })
        })
        .collect();
    drop(owned);
    assert_eq!(held.settle(0), 0, "200 tasks were dropped");
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_is_given_up_still_ends_the_task() {
    let held = Tracker::new();
    let token = held.token();
    let task = Task::spawn(async move {
        let _held = token;
        pending::<()>().await;
    });
    sleep(SECOND).await;
    {
        let mut stop = Box::pin(task.stop());
        // One poll: the task is told to end, and has had no turn yet.
        let first = timeout(Duration::ZERO, &mut stop).await;
        drop(first);
    }
    assert_eq!(tasks::settle(0).await, 0, "the task was told to end");
    assert_eq!(held.alive(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_detached_results_are_dropped() {
    let results = Tracker::new();
    let work = |result: Counted, millis| async move {
        sleep(Duration::from_millis(millis)).await;
        result
    };
    let late: Vec<_> = (0..50)
        .map(|n| Task::spawn(work(results.token(), n)))
        .collect();
    for n in 0..50 {
        Task::spawn(work(results.token(), 10 * n)).detach();
    }
    sleep(SECOND).await;
    for task in late {
        task.detach();
    }
    assert_eq!(tasks::settle(0).await, 0, "all have ended");
    assert_eq!(results.alive(), 0, "and nobody keeps what they returned");
}
