//! Stage 1: the ends of time, and any story.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::time::Duration;

use support::{LEASE, apply, at, failed, job, lease, ms};
use worker_queue::{Change, Fence, Next, Refused, State};

#[test]
fn a_lease_is_never_shortened() {
    let mut job = job(3);
    let fence = lease(&mut job, 5_000);
    for (now, length) in [(5_001, 10), (1_000, LEASE)] {
        let extend = Change::Extend {
            fence,
            length: ms(length),
        };
        apply(&mut job, &extend, now);
        assert_eq!(
            job.state(at(6_000)),
            State::Leased { until: at(15_000) },
            "the worker was promised the job until 15 s; {length} ms from {now} ms end earlier"
        );
    }
}

#[test]
fn a_lease_without_end_overflows_nothing() {
    let mut job = job(3);
    let fence = job.lease(at(u64::MAX - 5), Duration::MAX);
    let fence = fence.expect("a new job is ready");
    let extend = Change::Extend {
        fence,
        length: Duration::MAX,
    };
    apply(&mut job, &extend, u64::MAX - 4);
    apply(&mut job, &Change::Complete { fence }, u64::MAX - 1);
}

#[test]
fn a_dead_job_is_revived_from_either_death() {
    for silent in [true, false] {
        let mut job = job(2);
        let fence = lease(&mut job, 0);
        apply(&mut job, &failed(fence, 1), 1);
        let last = lease(&mut job, 1);
        if !silent {
            apply(&mut job, &failed(last, 2), 2);
        }
        apply(&mut job, &Change::Revive, 50_000);
        assert_eq!(job.attempts(), 0, "revived, it has all its attempts");
        for attempt in 1..=2 {
            let now = 50_000 + LEASE * u64::from(attempt);
            assert!(lease(&mut job, now) > last, "fences only grow");
            assert_eq!(job.attempts(), attempt, "attempts since the revival");
        }
    }
}

#[test]
fn in_any_story_only_the_last_lease_has_a_say() {
    for seed in 1..=300_u64 {
        story(seed);
    }
}

fn story(seed: u64) {
    let mut draw = seed;
    let mut below = move |bound: u64| {
        draw ^= draw << 13;
        draw ^= draw >> 7;
        draw ^= draw << 17;
        draw % bound
    };
    let mut job = job(3);
    let mut now = 0;
    // Each lease, and when it ends, or ended by an answer.
    let mut leases: Vec<(Fence, u64)> = Vec::new();
    let mut done_by: Option<Fence> = None;
    for step in 0..60 {
        now += below(6_000);
        if below(3) == 0 || leases.is_empty() {
            if let Ok(fence) = job.lease(at(now), ms(LEASE)) {
                assert!(
                    leases
                        .iter()
                        .all(|(other, until)| *other < fence && *until <= now),
                    "seed {seed}, step {step}: leased at {now} ms, and before: {leases:?}"
                );
                leases.push((fence, now + LEASE));
            }
            continue;
        }
        let which = below(leases.len() as u64) as usize;
        let (fence, until) = leases[which];
        let change = match below(12) {
            0 => Change::Complete { fence },
            1..=3 => Change::Extend {
                fence,
                length: ms(LEASE),
            },
            4 => Change::GiveBack { fence },
            5 => Change::Revive,
            6 => Change::Fail {
                fence,
                why: String::new(),
                next: Next::Never,
            },
            _ => failed(fence, now),
        };
        let before = job.clone();
        let made = job.apply(&change, at(now));
        if change == Change::Revive {
            let dead = matches!(before.state(at(now)), State::Dead { .. });
            let expected = if dead { Ok(()) } else { Err(Refused::NotDead) };
            assert_eq!(
                made, expected,
                "seed {seed}, step {step}: {change:?} of {before:?}"
            );
            continue;
        }
        let again = done_by == Some(fence) && change == Change::Complete { fence };
        let expected = if again || now < until {
            Ok(())
        } else {
            Err(Refused::Gone)
        };
        assert_eq!(
            made, expected,
            "seed {seed}, step {step}: {change:?} at {now} ms, and that lease ends at {until} ms: {before:?}"
        );
        if made.is_err() || again {
            assert_eq!(
                job, before,
                "seed {seed}, step {step}: {change:?} changes nothing"
            );
            continue;
        }
        leases[which].1 = match change {
            Change::Extend { .. } => now + LEASE,
            _ => 0,
        };
        if let Change::Complete { fence } = change {
            done_by = Some(fence);
        }
    }
}
