//! What a service may rely on when it shuts its jobs down. The clock is tokio's, paused: it jumps to
//! the next timer as soon as every task waits, so that hours take no time and are exact.

use std::future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use drain_then_stop::{Jobs, Refused, Report};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout};

const HOUR: Duration = Duration::from_secs(3600);

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn names<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).into()
}

/// The report, and how long it took in whole seconds: tokio's timers are exact to a millisecond.
async fn shut_down(jobs: &Jobs, deadline: Duration) -> (Report, u64) {
    let start = Instant::now();
    let report = timeout(24 * HOUR, jobs.shutdown(deadline))
        .await
        .unwrap_or_else(|_| {
            panic!("shutdown with a deadline of {deadline:?} has not returned after a day")
        });
    (report, start.elapsed().as_secs())
}

/// Counts when it is dropped, as whatever a job holds would be.
struct Held(Arc<AtomicUsize>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn jobs_in_flight_are_finished() {
    let jobs = Jobs::new();
    let done = Arc::new(Mutex::new(Vec::new()));
    for (name, takes) in [("mail", 3), ("invoice", 1), ("index", 2)] {
        let done = Arc::clone(&done);
        jobs.submit(name, async move {
            sleep(secs(takes)).await;
            done.lock().expect("no panic under the lock").push(name);
        })
        .expect("no shutdown has begun");
    }
    let (report, took) = shut_down(&jobs, secs(30)).await;
    assert_eq!(
        *done.lock().expect("no panic under the lock"),
        ["invoice", "index", "mail"],
        "jobs that need 1, 2 and 3 s must be finished within a deadline of 30 s"
    );
    assert_eq!(
        report,
        Report {
            finished: names(["index", "invoice", "mail"]),
            ..Report::default()
        }
    );
    assert_eq!(
        took, 3,
        "the last job ended after 3 s; what is left of the deadline is not waited for"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_accepted_once_the_shutdown_has_begun() {
    let jobs = Arc::new(Jobs::new());
    let answer = Arc::new(Mutex::new(None));
    {
        let (jobs, answer) = (Arc::clone(&jobs), Arc::clone(&answer));
        let again = Arc::clone(&jobs);
        jobs.submit("import", async move {
            sleep(secs(10)).await;
            let next = again.submit("import, next page", future::pending());
            *answer.lock().expect("no panic under the lock") = Some(next);
        })
        .expect("no shutdown has begun");
    }
    let closing = tokio::spawn({
        let jobs = Arc::clone(&jobs);
        async move { shut_down(&jobs, secs(30)).await }
    });
    sleep(secs(1)).await;

    let ran = Arc::new(AtomicBool::new(false));
    let late = Arc::clone(&ran);
    let refused = jobs.submit("late", async move { late.store(true, Ordering::Relaxed) });
    assert_eq!(
        refused,
        Err(Refused {
            name: "late".to_owned()
        }),
        "one second into the shutdown, while a job is still in flight"
    );

    let (report, took) = closing.await.expect("the shutdown does not panic");
    assert_eq!(
        *answer.lock().expect("no panic under the lock"),
        Some(Err(Refused {
            name: "import, next page".to_owned()
        })),
        "a job in flight can't submit another one either"
    );
    assert_eq!(
        (report.finished, report.aborted, took),
        (names(["import"]), vec![], 10),
        "jobs that are refused take no part in the shutdown"
    );
    assert!(
        jobs.submit("later", future::pending()).is_err(),
        "after the shutdown the door stays closed"
    );
    sleep(secs(1)).await;
    assert!(!ran.load(Ordering::Relaxed), "a refused job must not run");
}

#[tokio::test(start_paused = true)]
async fn one_deadline_covers_all_jobs() {
    let jobs = Jobs::new();
    for (name, takes) in [
        ("sync eu", HOUR),
        ("mail", secs(4)),
        ("sync us", HOUR),
        ("sync ap", 2 * HOUR),
    ] {
        jobs.submit(name, sleep(takes))
            .expect("no shutdown has begun");
    }
    let (report, took) = shut_down(&jobs, secs(5)).await;
    assert_eq!(
        took, 5,
        "with a deadline of 5 s and three jobs that take hours, shutdown returns after 5 s"
    );
    assert_eq!(
        report,
        Report {
            finished: names(["mail"]),
            panicked: vec![],
            aborted: names(["sync ap", "sync eu", "sync us"]),
        },
        "the jobs that the deadline cut off are the ones to name"
    );
}

#[tokio::test(start_paused = true)]
async fn aborted_jobs_are_gone_when_shutdown_returns() {
    const STUCK: usize = 200;
    let jobs = Jobs::new();
    let released = Arc::new(AtomicUsize::new(0));
    for _ in 0..STUCK {
        let held = Held(Arc::clone(&released));
        jobs.submit("stuck", async move {
            let _held = held;
            future::pending().await
        })
        .expect("no shutdown has begun");
    }
    sleep(secs(1)).await;

    let (report, _) = shut_down(&jobs, secs(5)).await;
    // Without an await in between: the next line of the service may close the database.
    let released = released.load(Ordering::Relaxed);
    assert_eq!(
        released, STUCK,
        "when shutdown returns, so many of {STUCK} aborted jobs have let go of what they held; \
         abort only asks a task to end, and that it has ended must be waited for"
    );
    assert_eq!(report.aborted, vec!["stuck"; STUCK]);
    sleep(secs(1)).await;
    let alive = Handle::current().metrics().num_alive_tasks();
    assert_eq!(alive, 0, "tasks are alive after the shutdown");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_panics_is_named_and_stops_nobody() {
    let jobs = Jobs::new();
    jobs.submit("broken", async {
        sleep(secs(1)).await;
        panic!("this job panics, as the test wants it to");
    })
    .expect("no shutdown has begun");
    jobs.submit("mail", sleep(secs(2)))
        .expect("no shutdown has begun");
    let (report, took) = shut_down(&jobs, secs(30)).await;
    assert_eq!(
        (report, took),
        (
            Report {
                finished: names(["mail"]),
                panicked: names(["broken"]),
                aborted: vec![],
            },
            2
        ),
        "one job panics after 1 s, the other one returns after 2 s"
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_ended_before_is_not_reported() {
    let jobs = Jobs::new();
    for _ in 0..3 {
        jobs.submit("mail", sleep(secs(1)))
            .expect("no shutdown has begun");
        sleep(secs(2)).await;
    }
    let (report, took) = shut_down(&jobs, secs(30)).await;
    assert_eq!(
        (report, took),
        (Report::default(), 0),
        "nothing was in flight: there is nothing to report and nothing to wait for"
    );
}
