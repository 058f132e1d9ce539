//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod leak {
    include!("support/leak.rs");
}

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use capstone::load::{
    Call, Due, Figure, Figures, Gate, Histogram, Mix, Outcome, Pair, Plan, Target, Verdict, run,
};
use leak::leave_nothing;
use probes::alloc;
use tokio::time::{Instant, sleep, sleep_until};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

fn plan(per_second: u32, length: Duration) -> Plan {
    Plan {
        per_second,
        length,
        at_once: 10_000,
        patience: 30 * SECOND,
        seed: 1 << 40,
        mix: Mix {
            list: 0,
            read: 9,
            create: 0,
            change: 1,
        },
    }
}

#[test]
fn a_rate_that_does_not_divide_a_second_is_kept() {
    let plan = plan(7, 3500 * MS);
    let calls: Vec<Due> = plan.calls().collect();
    assert_eq!(calls.len(), 24, "7 in a second, for 3.5 seconds");
    let last = calls[23].at;
    let exact = Duration::from_nanos(23 * 1_000_000_000 / 7);
    assert!(
        last.abs_diff(exact) <= Duration::from_nanos(1),
        "the last of 24 is due after 23 sevenths of a second, and comes after {last:?}"
    );
    assert!(
        calls
            .iter()
            .all(|due| matches!(due.call, Call::Read | Call::Change)),
        "what has no share in the mix does not come: {calls:?}"
    );
    let hours = Plan {
        per_second: 997,
        length: 3600 * SECOND,
        ..plan
    };
    let last = hours.calls().last().expect("millions of calls").at;
    let exact = 3600 * SECOND - SECOND / 997;
    assert!(
        last.abs_diff(exact) <= Duration::from_nanos(2),
        "997 in a second for an hour: the last call is due after {exact:?}, and comes after {last:?}"
    );
}

/// Stands still from second 1 to second 2, fails each eleventh call at once, and panics at each thirteenth.
struct Trouble(Instant);

impl Target for Trouble {
    async fn send(&self, due: Due) -> Outcome {
        if due.pick.is_multiple_of(11) {
            return Outcome::Failed("refused");
        }
        if due.pick.is_multiple_of(13) {
            resume_unwind(Box::new("a bug"));
        }
        if (SECOND..2 * SECOND).contains(&self.0.elapsed()) {
            sleep_until(self.0 + 2 * SECOND).await;
        }
        sleep(4 * MS).await;
        Outcome::Answered
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_lost() {
    for at_once in [3, 10_000] {
        let plan = Plan {
            at_once,
            ..plan(200, 4 * SECOND)
        };
        let good = plan
            .calls()
            .filter(|due| !due.pick.is_multiple_of(11) && !due.pick.is_multiple_of(13));
        let good = good.count() as u64;
        let figures = run(&plan, Arc::new(Trouble(Instant::now())))
            .await
            .figures();
        assert_eq!(
            (figures.answered, figures.failed),
            (good, 800 - good),
            "800 calls of which some are refused and some panic, with {at_once} places"
        );
        assert!(
            (950 * MS..=1100 * MS).contains(&figures.p99),
            "the service stood still for 1 of 4 s, with {at_once} places, and a hundredth of all calls waited for longer than 0.95 s; \
             the 99th percentile is {:?}",
            figures.p99
        );
    }
}

#[test]
fn a_percentile_is_near_from_nanoseconds_to_days() {
    for power in 0..47 {
        for nanos in [
            1_u64 << power,
            (1 << power) + (1 << power) / 3,
            (2 << power) - 1,
        ] {
            let latency = Duration::from_nanos(nanos);
            let mut histogram = Histogram::default();
            histogram.record(latency);
            // One that is larger, so that the maximum does not give it away.
            histogram.record(Duration::from_nanos(nanos * 8));
            let found = histogram.within(0.5).expect("two were counted");
            assert!(
                found >= latency && found <= latency + latency / 32,
                "half of {latency:?} and {:?} is within {found:?}",
                latency * 8
            );
        }
    }
}

fn figures(p99: Duration, per_second: f64) -> Figures {
    Figures {
        plan: plan(100, 60 * SECOND),
        answered: 6000,
        failed: 0,
        per_second,
        p50: MS,
        p99,
        p999: p99,
        max: p99,
    }
}

fn judged(gate: Gate, tails: &[f64], throughputs: &[f64]) -> Verdict {
    let pair = |(tail, throughput): (&f64, &f64)| Pair {
        baseline: figures(7 * MS, 90.0),
        current: figures((7 * MS).mul_f64(*tail), 90.0 / throughput),
    };
    let pairs: Vec<Pair> = tails.iter().zip(throughputs).map(pair).collect();
    gate.judge(&pairs)
}

#[test]
fn the_limits_are_those_of_the_gate() {
    let wide = Gate {
        tail: 3.0,
        throughput: 2.0,
    };
    let narrow = Gate {
        tail: 1.25,
        throughput: 1.05,
    };
    for count in [9, 12, 31] {
        let both = |tail: f64, throughput: f64, gate: Gate| {
            judged(gate, &vec![tail; count], &vec![throughput; count])
        };
        assert_eq!(both(2.9, 1.9, wide), Verdict::Passed, "{count} pairs");
        assert_eq!(
            both(2.9, 2.1, wide),
            Verdict::Worse(vec![Figure::Throughput]),
            "{count} pairs"
        );
        assert_eq!(
            both(1.3, 1.0, narrow),
            Verdict::Worse(vec![Figure::Tail]),
            "{count} pairs"
        );
        let mut noisy = vec![1.0; count];
        noisy[..2].fill(1.1);
        assert_eq!(
            judged(narrow, &noisy, &noisy),
            Verdict::Unclear(vec![Figure::Throughput]),
            "{count} pairs, in two of which both figures are 1.1 times as bad, where 1.25 and 1.05 are allowed"
        );
        let worse = vec![1.4; count];
        assert_eq!(
            judged(narrow, &worse, &noisy),
            Verdict::Worse(vec![Figure::Tail]),
            "{count} pairs: of the throughput nobody can say, and the tail is longer. That is enough"
        );
    }
}

#[test]
fn ten_thousand_requests_leave_nothing() {
    leave_nothing(10_000);
}
