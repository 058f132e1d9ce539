//! When children are started again, and when no more. The clock is tokio's, paused: it jumps to the
//! next timer as soon as every task waits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use probes::live::Tracker;
use probes::tasks;
use supervisor::{Failure, GaveUp, Policy, Supervisor};
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(24 * 3600);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Pauses of 100, 200, 400, 800 and 1,000 ms; ten seconds are steady; a fourth failure within a minute
/// is too many.
const POLICY: Policy = Policy {
    first: ms(100),
    longest: ms(1_000),
    steady: ms(10_000),
    restarts: 3,
    within: ms(60_000),
};

/// As many failures as there are.
const PATIENT: Policy = Policy {
    restarts: usize::MAX,
    ..POLICY
};

/// What one run of a child does: it takes so many milliseconds, and then …
#[derive(Debug, Clone, Copy)]
enum Does {
    End(u64),
    Fail(u64),
    Panic(u64),
    /// … or does not even begin.
    PanicAtOnce,
    /// Works for ever.
    Work,
}

/// A child that does what its plan says, run after run; the last line holds for all that come after it.
#[derive(Clone)]
struct Part {
    plan: Arc<Vec<Does>>,
    born: Instant,
    /// When it was started, in milliseconds.
    starts: Arc<Mutex<Vec<u128>>>,
    alive: Tracker,
}

impl Part {
    fn new(plan: &[Does]) -> Self {
        Self {
            plan: Arc::new(plan.to_vec()),
            born: Instant::now(),
            starts: Arc::default(),
            alive: Tracker::new(),
        }
    }

    fn start(&self) -> impl Future<Output = Result<(), &'static str>> + Send + use<> {
        let run = {
            let mut starts = self.starts.lock().expect("no panic under the lock");
            starts.push(self.born.elapsed().as_millis());
            starts.len()
        };
        let does = self.plan[(run - 1).min(self.plan.len() - 1)];
        assert!(
            !matches!(does, Does::PanicAtOnce),
            "run {run} panics at once, as the test wants it to"
        );
        let alive = self.alive.token();
        async move {
            let _alive = alive;
            match does {
                Does::End(takes) => sleep(ms(takes)).await,
                Does::Fail(takes) => {
                    sleep(ms(takes)).await;
                    return Err("connection lost");
                }
                Does::Panic(takes) => {
                    sleep(ms(takes)).await;
                    panic!("run {run} panics, as the test wants it to");
                }
                Does::PanicAtOnce | Does::Work => std::future::pending().await,
            }
            Ok(())
        }
    }

    fn starts(&self) -> Vec<u128> {
        self.starts.lock().expect("no panic under the lock").clone()
    }
}

/// A supervisor of these children.
fn supervise(policy: Policy, children: &[(&str, &Part)]) -> Supervisor<&'static str> {
    children
        .iter()
        .fold(Supervisor::new(policy), |all, (name, part)| {
            let part = Part::clone(part);
            all.child(name, move || part.start())
        })
}

/// What `run` returns, and after how many milliseconds; or `None` if it has not after a day.
async fn run(
    supervisor: Supervisor<&'static str>,
) -> Option<(Result<(), GaveUp<&'static str>>, u128)> {
    let start = Instant::now();
    let result = timeout(DAY, supervisor.run()).await.ok()?;
    Some((result, start.elapsed().as_millis()))
}

#[tokio::test(start_paused = true)]
async fn children_run_side_by_side_and_may_end() {
    let [mail, index, import] = [
        Part::new(&[Does::End(300)]),
        Part::new(&[Does::End(100)]),
        Part::new(&[Does::Fail(50), Does::End(100)]),
    ];
    let supervisor = supervise(
        POLICY,
        &[("mail", &mail), ("index", &index), ("import", &import)],
    );
    assert_eq!(
        run(supervisor).await,
        Some((Ok(()), 300)),
        "three children end after 300, 100 and, with one failure, 250 ms: (result, after how many ms)"
    );
    assert_eq!(
        [mail.starts(), index.starts(), import.starts()],
        [vec![0], vec![0], vec![0, 150]],
        "starts of the three; a child that has ended well is not started again"
    );
}

#[tokio::test(start_paused = true)]
async fn the_pause_doubles_up_to_the_longest() {
    let mut plan = vec![Does::Fail(5); 8];
    plan.push(Does::End(5));
    let part = Part::new(&plan);
    let result = run(supervise(PATIENT, &[("mail", &part)])).await;
    assert_eq!(
        part.starts(),
        [0, 105, 310, 715, 1_520, 2_525, 3_530, 4_535, 5_540],
        "a child fails eight times, 5 ms after each start; the pauses must be 100, 200, 400, 800 and then \
         1,000 ms: (starts)"
    );
    assert_eq!(result, Some((Ok(()), 5_545)));
    assert_eq!(part.alive.most(), 1, "never two of the same child");
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_well_is_restarted_soon() {
    let part = Part::new(&[
        Does::Fail(0),
        Does::Fail(0),
        Does::Fail(0),
        Does::Fail(10_000),
        Does::Fail(0),
        Does::Fail(9_999),
        Does::End(0),
    ]);
    run(supervise(PATIENT, &[("mail", &part)])).await;
    assert_eq!(
        part.starts(),
        [0, 100, 300, 700, 10_800, 11_000, 21_399],
        "a child fails at once three times, then after 10,000 ms, at once, and after 9,999 ms; one that has \
         run for 10,000 ms has been well, and its pauses are 100, 200, 400 ms again from there: (starts)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure() {
    let part = Part::new(&[
        Does::Panic(0),
        Does::PanicAtOnce,
        Does::Fail(0),
        Does::Panic(10),
    ]);
    let other = Part::new(&[Does::Work]);
    let result = run(supervise(POLICY, &[("mail", &part), ("index", &other)])).await;
    assert_eq!(
        part.starts(),
        [0, 100, 300, 700],
        "a child panics, panics when it is started, fails, and panics again; a panic is a failure like an \
         error: (starts)"
    );
    let expected = GaveUp {
        child: "mail".to_owned(),
        failure: Failure::Panicked(Some("run 4 panics, as the test wants it to".to_owned())),
    };
    assert_eq!(
        result,
        Some((Err(expected), 710)),
        "the fourth failure within a minute is one too many: (result, after how many ms)"
    );
}

#[tokio::test(start_paused = true)]
async fn failures_that_are_long_past_do_not_count() {
    // A run of 25 s and a pause of 100 ms: each failure has two others in the minute before it.
    let mut plan = vec![Does::Fail(25_000); 100];
    plan.push(Does::Fail(0));
    let part = Part::new(&plan);
    let policy = Policy {
        longest: POLICY.first,
        ..POLICY
    };
    let result = run(supervise(policy, &[("mail", &part)])).await;
    let expected = GaveUp {
        child: "mail".to_owned(),
        failure: Failure::Error("connection lost"),
    };
    assert_eq!(
        (part.starts().len(), result),
        (101, Some((Err(expected), 2_510_000))),
        "a child fails every 25.1 s, a hundred times, which is never more than three within a minute; then it \
         fails at once, which is the fourth: (starts, (result, after how many ms))"
    );
}

#[tokio::test(start_paused = true)]
async fn giving_up_stops_everybody() {
    let [fast, slow, healthy, done] = [
        Part::new(&[Does::Fail(0)]),
        Part::new(&[Does::Fail(10)]),
        Part::new(&[Does::Work]),
        Part::new(&[Does::End(1)]),
    ];
    let supervisor = supervise(
        POLICY,
        &[
            ("fast", &fast),
            ("slow", &slow),
            ("healthy", &healthy),
            ("done", &done),
        ],
    );
    let result = run(supervisor).await;
    // Without an await in between: whoever gets the error may start anew at once.
    let alive = [&fast, &slow, &healthy].map(|part| part.alive.alive());
    let expected = GaveUp {
        child: "slow".to_owned(),
        failure: Failure::Error("connection lost"),
    };
    assert_eq!(
        result,
        Some((Err(expected), 120)),
        "`fast` fails at 0 and 100 ms, `slow` at 10 and 120 ms, and more than three failures within a minute \
         are too many, counted over all children: (result, after how many ms)"
    );
    assert_eq!(
        alive,
        [0, 0, 0],
        "`fast`, `slow` and `healthy`: children that are still there in the moment in which run returns"
    );
    assert_eq!(tasks::settle(0).await, 0, "tasks that are left");
    sleep(DAY).await;
    assert_eq!(
        (fast.starts().len(), slow.starts().len()),
        (2, 2),
        "starts of `fast` and `slow`, a day after the supervisor has given up"
    );
}

#[tokio::test(start_paused = true)]
async fn each_child_has_its_own_pause() {
    let bad = Part::new(&[Does::Fail(0)]);
    let good = Part::new(&[Does::Fail(1_550), Does::Fail(1_000), Does::Work]);
    let supervisor = supervise(PATIENT, &[("bad", &bad), ("good", &good)]);
    assert!(
        timeout(ms(4_000), supervisor.run()).await.is_err(),
        "`good` works for ever"
    );
    assert_eq!(
        good.starts(),
        [0, 1_650, 2_850],
        "`good` fails at 1,550 and 2,650 ms, while `bad` pauses for 1,000 ms; it must not wait for the pause of \
         another, nor have more than its own failures counted: (starts of `good`)"
    );
    assert_eq!(
        bad.starts(),
        [0, 100, 300, 700, 1_500, 2_500, 3_500],
        "starts of `bad`, which fails at once, each time"
    );
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_dropped_leaves_nothing() {
    let [working, pausing] = [Part::new(&[Does::Work]), Part::new(&[Does::Fail(0)])];
    let supervisor = supervise(PATIENT, &[("working", &working), ("pausing", &pausing)]);
    assert!(timeout(ms(1_000), supervisor.run()).await.is_err());
    let tasks = tasks::settle(0).await;
    let starts = pausing.starts().len();
    assert_eq!(
        (tasks, working.alive.alive()),
        (0, 0),
        "the future of run was dropped while one child worked and one paused: (tasks, children) left"
    );
    sleep(DAY).await;
    assert_eq!(
        pausing.starts().len(),
        starts,
        "starts of `pausing`, a day later"
    );
}
