//! The load test itself: when it calls, what it counts, and what it says of it. Time stands still until everybody waits, so
//! that ten seconds of load take none, and are the same on every machine.

#[path = "support/load.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod client;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use capstone::adapters::{MemoryTasks, SingleUser, SystemClock};
use capstone::http;
use capstone::load::{
    Call, Due, Figure, Figures, Gate, Histogram, Mix, Outcome, Pair, Plan, Target, Verdict, run,
};
use capstone::tasks::Tasks;
use client::Client;
use probes::alloc;
use probes::live::Tracker;
use support::{Service, config};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

fn plan(per_second: u32, length: Duration) -> Plan {
    Plan {
        per_second,
        length,
        at_once: 100_000,
        patience: 60 * SECOND,
        seed: 7,
        mix: Mix {
            list: 1,
            read: 1,
            create: 1,
            change: 1,
        },
    }
}

/// A service that is what a closure says.
struct Is<F>(F);

impl<F, A> Target for Is<F>
where
    F: Fn(Due) -> A + Send + Sync + 'static,
    A: Future<Output = Outcome> + Send,
{
    fn send(&self, due: Due) -> impl Future<Output = Outcome> + Send {
        (self.0)(due)
    }
}

fn service<F, A>(answers: F) -> Arc<Is<F>>
where
    F: Fn(Due) -> A + Send + Sync + 'static,
    A: Future<Output = Outcome> + Send,
{
    Arc::new(Is(answers))
}

#[track_caller]
fn between(what: &str, is: Duration, least: Duration, most: Duration) {
    assert!(
        least <= is && is <= most,
        "{what} is {is:?}, and has to be from {least:?} to {most:?}"
    );
}

// ── when it calls ──────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_plan_is_the_same_each_time() {
    let plan = plan(300, 20 * SECOND);
    let calls: Vec<Due> = plan.calls().collect();
    assert_eq!(calls.len(), 6000, "300 calls in a second, for 20 seconds");
    assert_eq!(
        plan.calls().collect::<Vec<_>>(),
        calls,
        "the same plan: what is compared with last week has to be last week's load"
    );
    let other = Plan {
        seed: 8,
        ..plan.clone()
    };
    let differ = calls.iter().zip(other.calls());
    let differ = differ.filter(|(one, other)| one.call != other.call);
    assert!(
        differ.count() > 3000,
        "with another seed each call is another one in 3 of 4 cases, and here in less than half"
    );
    for (number, due) in calls.iter().enumerate() {
        let exact = Duration::from_nanos(number as u64 * 1_000_000_000 / 300);
        between(
            &format!("the time of call {number} at 300 in a second"),
            due.at,
            exact.saturating_sub(Duration::from_nanos(1)),
            exact + Duration::from_nanos(1),
        );
    }
}

#[test]
fn the_mix_is_by_chance_and_by_its_shares() {
    let plan = Plan {
        mix: Mix {
            list: 6,
            read: 0,
            create: 3,
            change: 1,
        },
        ..plan(1000, 20 * SECOND)
    };
    let calls: Vec<Due> = plan.calls().collect();
    let share = |wanted: &dyn Fn(&[Due]) -> bool| {
        let pairs = calls.windows(2).filter(|pair| wanted(pair)).count();
        pairs as f64 / (calls.len() - 1) as f64
    };
    let is = |call: Call| share(&|pair| pair[0].call == call);
    for (call, expected) in [
        (Call::List, 0.6),
        (Call::Read, 0.0),
        (Call::Create, 0.3),
        (Call::Change, 0.1),
    ] {
        let share = is(call);
        assert!(
            (share - expected).abs() <= 0.02 && (share == 0.0) == (expected == 0.0),
            "{call:?} is {share:.3} of 20,000 calls, and its share in the mix is {expected}"
        );
    }
    let twice = share(&|pair| pair[0].call == Call::List && pair[1].call == Call::List);
    assert!(
        (0.33..=0.39).contains(&twice),
        "a page after a page is {twice:.3} of all pairs, and by chance it is 0.6 × 0.6. What comes in turns is a load of one \
         order, and hides what only another order does"
    );
    type Half = (&'static str, fn(u64) -> bool);
    let halves: [Half; 3] = [
        ("even", |pick| pick.is_multiple_of(2)),
        ("of 0 to 4 as its last digit", |pick| pick % 10 < 5),
        ("in the lower half of all numbers", |pick| {
            pick < u64::MAX / 2
        }),
    ];
    for (what, is_in) in halves {
        let half = share(&|pair| pair[0].call == Call::List && is_in(pair[0].pick));
        assert!(
            (0.27..=0.33).contains(&half),
            "`pick` is {what} for {half:.3} of all calls that are pages. Pages are 0.6 of all, and such numbers half of all \
             numbers. If the same number says what is called and for which task, some tasks are never asked for in one way"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_the_answers_of_others() {
    let begun = Instant::now();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&seen);
    let report = run(
        &plan(50, 2 * SECOND),
        service(move |due| {
            to.lock().expect("no panic").push((due.at, begun.elapsed()));
            async {
                sleep(10 * SECOND).await;
                Outcome::Answered
            }
        }),
    )
    .await;
    let seen = seen.lock().expect("no panic").clone();
    assert_eq!(seen.len(), 100, "50 calls in a second, for 2 seconds");
    for (due, at) in seen {
        between(
            "a call came to a service that needs 10 s for each answer, and the time at which it came",
            at,
            due,
            due + 2 * MS,
        );
    }
    assert_eq!(
        report.figures().answered,
        100,
        "calls that were answered, after the last one had come"
    );
    between(
        "how long the load took, with its last answer",
        report.took,
        11_980 * MS,
        11_990 * MS,
    );
}

#[tokio::test(start_paused = true)]
async fn no_more_are_on_their_way_than_have_a_place() {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (count, peak) = (Arc::clone(&now), Arc::clone(&most));
    let plan = Plan {
        at_once: 5,
        ..plan(100, 2 * SECOND)
    };
    let answers = service(move |_| {
        let (count, peak) = (Arc::clone(&count), Arc::clone(&peak));
        async move {
            peak.fetch_max(count.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(100 * MS).await;
            count.fetch_sub(1, Ordering::SeqCst);
            Outcome::Answered
        }
    });
    let report = run(&plan, answers).await;
    assert_eq!(
        most.load(Ordering::SeqCst),
        5,
        "calls on their way at the same time, of 100 in a second that take 100 ms each, with 5 places"
    );
    // 200 calls at 5 in 100 ms; the first five have come 10 ms apart.
    between("the time for all", report.took, 4030 * MS, 4060 * MS);
    let rate = report.figures().per_second;
    assert!(
        (49.0..=50.5).contains(&rate),
        "200 answers in 4 s are 50 in a second, and not {rate}: what was asked is not what was answered, and the load is not \
         over before its last answer"
    );
}

// ── what it counts ─────────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn who_comes_while_nothing_moves_has_waited() {
    let begun = Instant::now();
    // Stands still from second 4 to second 6.
    let answers = service(move |_| async move {
        if (4 * SECOND..6 * SECOND).contains(&begun.elapsed()) {
            sleep_until(begun + 6 * SECOND).await;
        }
        sleep(MS).await;
        Outcome::Answered
    });
    let figures = run(&plan(100, 10 * SECOND), answers).await.figures();
    let what = "a service answers in 1 ms, and stood still for 2 of 10 s, in which 200 of 1,000 calls came.";
    between(&format!("{what} The median"), figures.p50, MS, 3 * MS);
    between(
        &format!("{what} 10 of 1,000 calls waited for longer than 1.9 s, and the 99th percentile"),
        figures.p99,
        1890 * MS,
        2000 * MS,
    );
    between(
        &format!("{what} The maximum"),
        figures.max,
        2000 * MS,
        2005 * MS,
    );
}

#[tokio::test(start_paused = true)]
async fn latency_counts_from_when_a_call_was_due() {
    let clerk = Arc::new(Semaphore::new(1));
    for places in [1, 1000] {
        let clerk = Arc::clone(&clerk);
        let answers = service(move |_| {
            let clerk = Arc::clone(&clerk);
            async move {
                let _served = clerk.acquire().await.expect("never closed");
                sleep(20 * MS).await;
                Outcome::Answered
            }
        });
        let plan = Plan {
            at_once: places,
            ..plan(100, SECOND)
        };
        let figures = run(&plan, answers).await.figures();
        let what = format!(
            "a call is due each 10 ms and takes 20, one after the other, with places for {places}: call n is answered n × 10 + 20 ms \
             after it was due. Who stands in a queue has come, also where the queue is the load test's own."
        );
        between(
            &format!("{what} The median"),
            figures.p50,
            505 * MS,
            540 * MS,
        );
        between(
            &format!("{what} The 99th percentile"),
            figures.p99,
            990 * MS,
            1040 * MS,
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_no_fast_answer() {
    let answers = service(|due| async move {
        match due.pick % 4 {
            0 => {
                sleep(40 * MS).await;
                Outcome::Answered
            }
            1 => resume_unwind(Box::new("the client has a bug")),
            2 => Outcome::Failed("5xx"),
            _ => Outcome::Failed("connection"),
        }
    });
    let plan = plan(100, 10 * SECOND);
    let of = |rest: u64| plan.calls().filter(|due| due.pick % 4 == rest).count() as u64;
    let report = run(&plan, answers).await;
    let figures = report.figures();
    assert_eq!(
        (figures.answered, figures.failed),
        (of(0), 1000 - of(0)),
        "answered and failed, of 1,000 calls of which a quarter were answered, and the others failed or panicked"
    );
    let by_word = |word: &str| report.failed.get(word).copied().unwrap_or(0);
    assert_eq!(
        (by_word("5xx"), by_word("connection")),
        (of(2), of(3)),
        "each failure is counted under its word: {:?}",
        report.failed
    );
    between(
        "three of four calls failed at once, each answer took 40 ms, and the median of what was answered",
        figures.p50,
        40 * MS,
        43 * MS,
    );
    let expected = of(0) as f64 / 10.0;
    assert!(
        (figures.per_second - expected).abs() < 1.0,
        "{} answers in 10 s are {expected} in a second, and not {}: a service that refuses everything at once is not fast",
        figures.answered,
        figures.per_second
    );
}

#[tokio::test(start_paused = true)]
async fn patience_ends_and_takes_the_call_along() {
    let tracker = Tracker::new();
    let tokens = tracker.clone();
    let answers = service(move |due| {
        let token = tokens.token();
        async move {
            // The last 100 of 1,000.
            if due.at >= 9 * SECOND {
                std::future::pending::<()>().await;
            }
            drop(token);
            sleep(MS).await;
            Outcome::Answered
        }
    });
    let plan = Plan {
        patience: 3 * SECOND,
        // Of those that get no answer, most do not even get a place.
        at_once: 20,
        ..plan(100, 10 * SECOND)
    };
    let report = run(&plan, answers).await;
    let figures = report.figures();
    assert_eq!(
        (figures.answered, figures.failed),
        (900, 100),
        "the service has answered 900 calls of 1,000, and then nobody any more: neither those on their way, nor those that waited \
         for a place"
    );
    between(
        "the last call was due after 9.99 s, and who waits has a patience of 3 s from when the call was due. The load",
        report.took,
        12_980 * MS,
        13_000 * MS,
    );
    assert_eq!(
        tracker.alive(),
        0,
        "calls that nobody waits for any more, and that are still there"
    );
}

#[test]
fn percentiles_are_found_again() {
    let mut histogram = Histogram::default();
    assert_eq!(histogram.within(0.5), None, "nothing was counted yet");
    // 7919 is prime, so this is each number from 1 to 10,000, in some order.
    for number in 0..10_000_u64 {
        histogram.record(Duration::from_micros(1 + number * 7919 % 10_000));
    }
    for (share, exact) in [
        (0.0001, 1),
        (0.5, 5_000),
        (0.9, 9_000),
        (0.99, 9_900),
        (0.999, 9_990),
        (1.0, 10_000),
    ] {
        let exact = Duration::from_micros(exact);
        between(
            &format!("of 1 µs to 10 ms in steps of 1 µs, {share} are within"),
            histogram.within(share).expect("10,000 were counted"),
            exact,
            exact + exact / 32,
        );
    }
    assert_eq!(histogram.count(), 10_000);
    assert_eq!(histogram.max(), 10 * MS, "the maximum is exact");
    let mut few = Histogram::default();
    for latency in [Duration::ZERO, 3 * MS, Duration::MAX] {
        few.record(latency);
    }
    assert_eq!(
        few.within(0.3),
        Some(Duration::ZERO),
        "0, 3 ms and for ever: a third is within 0"
    );
    between(
        "0, 3 ms and for ever: two thirds are within",
        few.within(0.6).expect("three"),
        3 * MS,
        3 * MS + 3 * MS / 32,
    );
}

#[test]
fn a_histogram_does_not_grow() {
    let ((), tally) = alloc::measure(|| {
        let mut histogram = Histogram::default();
        for number in 0..200_000_u64 {
            histogram.record(Duration::from_nanos(number * number));
        }
        assert!(histogram.within(0.99) > histogram.within(0.5));
    });
    assert!(
        tally.peak_bytes <= 128 * 1024,
        "200,000 latencies from nothing to 40 s took {} bytes, and have to do with 128 KiB: a load goes on for hours, and what \
         is kept of it must not",
        tally.peak_bytes
    );
}

// ── what it says ───────────────────────────────────────────────────────────────────────────────────

const GATE: Gate = Gate {
    tail: 1.5,
    throughput: 1.2,
};

fn figures(p99_ms: f64, per_second: f64) -> Figures {
    let p99 = Duration::from_secs_f64(p99_ms / 1000.0);
    Figures {
        plan: plan(200, 10 * SECOND),
        answered: 2000,
        failed: 0,
        per_second,
        p50: MS,
        p99,
        p999: p99,
        max: p99,
    }
}

/// Nine pairs of a machine whose neighbours come and go: it is up to four times as slow, for both of a pair. The current
/// run is `times` as bad as the baseline.
fn pairs(times: f64) -> Vec<Pair> {
    let paces = [1.0, 1.3, 2.0, 4.0, 3.0, 2.2, 1.1, 1.8, 3.4];
    let pair = |pace: f64| Pair {
        baseline: figures(10.0 * pace, 200.0 / pace),
        current: figures(10.0 * pace * times, 200.0 / pace / times),
    };
    paces.map(pair).to_vec()
}

#[test]
fn what_is_not_worse_passes_on_a_machine_with_neighbours() {
    for times in [0.2, 1.0, 1.15] {
        assert_eq!(
            GATE.judge(&pairs(times)),
            Verdict::Passed,
            "nine pairs, in each of which the current run is {times} times as bad, where 1.2 is allowed. How fast the machine was \
             in another pair says nothing about this one"
        );
    }
    let mut disturbed = pairs(1.0);
    disturbed[4].current = figures(9000.0, 1.0);
    disturbed[6].baseline = figures(9000.0, 1.0);
    assert_eq!(
        GATE.judge(&disturbed),
        Verdict::Passed,
        "nine equal pairs, in two of which one side was interrupted: one pair each way decides nothing"
    );
}

#[test]
fn tail_and_throughput_are_each_enough() {
    use Figure::{Tail, Throughput};
    let of = |tail: f64, throughput: f64| {
        let mut pairs = pairs(1.0);
        for pair in &mut pairs {
            pair.current.p99 = pair.current.p99.mul_f64(tail);
            pair.current.per_second /= throughput;
        }
        GATE.judge(&pairs)
    };
    for (tail, throughput, worse) in [
        (1.6, 1.0, vec![Tail]),
        (1.0, 1.3, vec![Throughput]),
        (0.5, 1.3, vec![Throughput]),
        (1.6, 0.5, vec![Tail]),
        (2.0, 2.0, vec![Tail, Throughput]),
    ] {
        assert_eq!(
            of(tail, throughput),
            Verdict::Worse(worse),
            "in each of nine pairs the tail is {tail} times as long, and the baseline has {throughput} times as many answers; 1.5 \
             and 1.2 are allowed. A gain in one pays for no loss in the other"
        );
    }
    let mut interrupted = pairs(2.0);
    interrupted[2].baseline = figures(9000.0, 1.0);
    assert_eq!(
        GATE.judge(&interrupted),
        Verdict::Worse(vec![Tail, Throughput]),
        "one of nine baselines was interrupted, and the other eight pairs say the same"
    );
}

#[test]
fn noise_is_no_verdict() {
    let with = |tails: [f64; 9]| {
        let mut pairs = pairs(1.0);
        for (pair, times) in pairs.iter_mut().zip(tails) {
            pair.current.p99 = pair.current.p99.mul_f64(times);
        }
        GATE.judge(&pairs)
    };
    for tails in [
        [0.5, 2.0, 1.0, 1.9, 0.6, 1.8, 1.0, 1.1, 1.2],
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.6, 1.6],
        [1.4, 1.4, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0],
    ] {
        assert_eq!(
            with(tails),
            Verdict::Unclear(vec![Figure::Tail]),
            "the tail is so many times as long: {tails:?}. 1.5 is allowed, and without the smallest and the largest they are on \
             both sides of it. To pass that is to have not looked; to refuse it is to be run again until it passes"
        );
    }
    assert_eq!(
        with([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 7.0]),
        Verdict::Passed,
        "one of nine"
    );
}

#[test]
fn failures_are_no_noise() {
    let with = |before: u64, now: u64| {
        let mut pairs = pairs(1.0);
        let fail = |figures: &mut Figures, failed: u64| {
            figures.failed = failed;
            figures.answered = 2000 - failed;
        };
        fail(&mut pairs[3].baseline, before);
        fail(&mut pairs[5].current, now);
        GATE.judge(&pairs)
    };
    assert_eq!(
        with(0, 1),
        Verdict::Worse(vec![Figure::Failures]),
        "one call of 18,000 has no answer now, and before each had one"
    );
    assert_eq!(
        with(40, 0),
        Verdict::Unclear(vec![Figure::Failures]),
        "40 calls of 18,000 had no answer before, and now each has one. That is good, and another load: what was refused at \
         once is work now"
    );
    assert_eq!(
        with(3, 3),
        Verdict::Passed,
        "3 calls of 18,000 have no answer, as before"
    );
    let mut down = pairs(1.0);
    down.truncate(2);
    for pair in &mut down {
        pair.current.failed = 2000;
        pair.current.answered = 0;
        pair.current.per_second = 0.0;
        pair.current.p99 = Duration::ZERO;
    }
    assert_eq!(
        GATE.judge(&down),
        Verdict::Worse(vec![Figure::Failures]),
        "nothing is answered any more. That these are too few answers for a percentile is true, and not what to say of it"
    );
}

#[test]
fn too_little_is_no_verdict() {
    assert_eq!(GATE.judge(&[]), Verdict::TooFew, "no pairs");
    let eight = &pairs(5.0)[..8];
    assert_eq!(
        GATE.judge(eight),
        Verdict::TooFew,
        "eight pairs, of which nine are needed"
    );
    for side in [0, 1] {
        let mut short = pairs(5.0);
        let figures = match side {
            0 => &mut short[8].baseline,
            _ => &mut short[8].current,
        };
        figures.answered = 999;
        assert_eq!(
            GATE.judge(&short),
            Verdict::TooFew,
            "999 answers in one run: above the 99th percentile there are fewer than ten of them"
        );
    }
    let mut other = pairs(1.0);
    other[7].current.plan.per_second = 100;
    assert_eq!(
        GATE.judge(&other),
        Verdict::OtherPlan,
        "one of the runs had half the load"
    );
}

#[test]
fn figures_are_kept_as_json() {
    let kept = figures(12.5, 199.5);
    let text = serde_json::to_string(&kept).expect("figures can be written");
    let read: Figures = serde_json::from_str(&text).expect("and read");
    assert_eq!(
        read, kept,
        "the baseline is what was written down on another day: {text}"
    );
}

// ── the service ────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn the_service_answers_a_whole_load() {
    let tasks = Tasks::new(Arc::new(MemoryTasks::default()), Arc::new(SystemClock));
    let service = Service::start(config(), http::api(tasks, Arc::new(SingleUser))).await;
    let client = Arc::new(Client::new(service.address(), "", 20));
    let first = Plan {
        mix: Mix {
            list: 0,
            read: 0,
            create: 1,
            change: 0,
        },
        ..plan(200, 100 * MS)
    };
    // Tasks 1 to 20 are there before anybody reads one.
    let created = run(&first, Arc::clone(&client)).await;
    let plan = Plan {
        at_once: 8,
        ..plan(500, 400 * MS)
    };
    let report = run(&plan, client).await;
    assert_eq!(
        (created.figures().answered, created.failed),
        (20, [].into()),
        "20 tasks were created"
    );
    assert_eq!(
        (report.figures().answered, report.failed.clone()),
        (200, [].into()),
        "answers to 200 calls, and why there were none"
    );
}
