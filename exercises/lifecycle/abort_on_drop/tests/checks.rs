//! A task ends with its owner, however that one ends, unless it was let go.

use std::future::pending;
use std::time::Duration;

use abort_on_drop::Task;
use probes::live::{Counted, Tracker};
use probes::tasks;
use tokio::time::{Instant, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

/// Longer than anything here may take. Nothing waits for it: the clock is paused, and jumps.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Never ends by itself.
async fn beat_for_ever(held: Counted) {
    loop {
        sleep(10 * SECOND).await;
        let _ = &held;
    }
}

/// Neither a task nor what one holds may be left, now and not later.
async fn assert_nothing_is_left(after: &str, held: &Tracker) {
    let start = Instant::now();
    let tasks = tasks::settle(0).await;
    let held = held.alive();
    assert_eq!(start.elapsed(), Duration::ZERO, "the clock is paused");
    assert!(
        tasks == 0 && held == 0,
        "{after}, and then there are\n  tasks alive:          {tasks}\n  \
         things that they hold: {held}\n  \
         both must be 0, at once: a task ends with its owner"
    );
}

#[tokio::test(start_paused = true)]
async fn join_tells_how_the_task_ended() {
    let task = Task::spawn(async {
        sleep(3 * SECOND).await;
        "done"
    });
    let start = Instant::now();
    let joined = timeout(DAY, task.join()).await.expect("the task ends");
    assert_eq!(joined.ok(), Some("done"), "what the task returned");
    assert_eq!(start.elapsed(), 3 * SECOND, "the task was let finish");

    let task = Task::spawn(async { panic!("this task panics, as the test wants it to") });
    let owner = tokio::spawn(async move {
        let joined: Result<(), _> = task.join().await;
        joined.is_err_and(|error| error.is_panic())
    });
    let told = timeout(DAY, owner).await.expect("the task ends");
    assert_eq!(
        told.ok(),
        Some(true),
        "join returns the panic of its task as an error, and does not panic itself: then a heartbeat \
         takes its session down"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dropped_task_is_over() {
    const TASKS: usize = 50;
    let held = Tracker::new();
    let mut owned: Vec<Task<()>> = (0..TASKS)
        .map(|_| Task::spawn(beat_for_ever(held.token())))
        .collect();
    sleep(60 * SECOND).await;
    assert_eq!(held.alive(), TASKS, "tasks with an owner go on");

    drop(owned.split_off(TASKS / 2));
    let left = tasks::settle(TASKS / 2).await;
    assert_eq!(
        (left, held.alive()),
        (TASKS / 2, TASKS / 2),
        "{TASKS} tasks, of which half were dropped: the other half are alive, and what they hold"
    );
    drop(owned);
    assert_nothing_is_left("all owners have dropped their tasks", &held).await;
}

#[tokio::test(start_paused = true)]
async fn an_owner_that_panics_or_is_cancelled_takes_its_task_along() {
    let held = Tracker::new();
    let token = held.token();
    let owner = tokio::spawn(async move {
        let _heartbeat = Task::spawn(beat_for_ever(token));
        sleep(SECOND).await;
        panic!("the owner panics, as the test wants it to");
    });
    assert!(owner.await.is_err(), "the owner's own panic arrives");
    assert_nothing_is_left("an owner panicked", &held).await;

    let token = held.token();
    let owner = tokio::spawn(async move {
        let _heartbeat = Task::spawn(beat_for_ever(token));
        pending::<()>().await;
    });
    sleep(SECOND).await;
    owner.abort();
    assert_nothing_is_left("an owner was aborted", &held).await;
}

#[tokio::test(start_paused = true)]
async fn giving_up_on_a_join_ends_the_task() {
    let held = Tracker::new();
    let task = Task::spawn(beat_for_ever(held.token()));
    let gave_up = timeout(5 * SECOND, task.join()).await;
    assert!(gave_up.is_err(), "the task never ends by itself");
    assert_nothing_is_left("a timeout has dropped the future of join", &held).await;

    let task = Task::spawn(beat_for_ever(held.token()));
    tokio::select! {
        joined = task.join() => panic!("the task never ends by itself: {joined:?}"),
        () = sleep(5 * SECOND) => {}
    }
    assert_nothing_is_left("a join has lost in a select", &held).await;

    let task = Task::spawn(beat_for_ever(held.token()));
    drop(task.join());
    assert_nothing_is_left("a join was dropped before it was polled", &held).await;
}

#[tokio::test(start_paused = true)]
async fn stop_returns_when_the_task_has_ended() {
    let held = Tracker::new();
    let task = Task::spawn(beat_for_ever(held.token()));
    sleep(SECOND).await;
    let stopped = timeout(DAY, task.stop()).await.expect("stop returns");
    // Without an await in between: the next line of the owner may close what the task has used.
    let alive = held.alive();
    assert_eq!(
        alive, 0,
        "when stop returns, the task has let go of what it held; abort only asks for that"
    );
    assert_eq!(
        stopped, None,
        "a task that was cancelled has returned nothing"
    );

    let task = Task::spawn(async { 7 });
    sleep(SECOND).await;
    let stopped = timeout(DAY, task.stop()).await.expect("stop returns");
    assert_eq!(
        stopped,
        Some(7),
        "a task that had returned before can't be cancelled any more"
    );
}

#[tokio::test(start_paused = true)]
async fn a_detached_task_goes_on_and_leaves_nothing() {
    let held = Tracker::new();
    let results = Tracker::new();
    let (token, result) = (held.token(), results.token());
    Task::spawn(async move {
        let _held = token;
        sleep(10 * SECOND).await;
        result
    })
    .detach();
    sleep(9 * SECOND).await;
    assert_eq!(
        (tasks::alive(), held.alive()),
        (1, 1),
        "a detached task of 10 s is alive after 9 s"
    );
    sleep(2 * SECOND).await;
    assert_nothing_is_left("a detached task has ended", &held).await;
    assert_eq!(
        results.alive(),
        0,
        "what a detached task returned is kept: somebody still holds its handle and will never ask"
    );
}
