//! Stage 1: the job, and what can become of it.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use support::{LEASE, apply, assert_state, at, failed, job, lease, ms, refuses};
use worker_queue::{Cause, Change, Next, Refused, State};

#[test]
fn a_new_job_is_ready_at_once() {
    let mut job = job(3);
    assert_state(&job, 0, &State::Ready { at: at(0) }, "it was made then");
    assert_eq!(job.attempts(), 0, "nobody has tried it");
    lease(&mut job, 0);
    assert_state(&job, 0, &State::Leased { until: at(LEASE) }, "for 10 s");
    assert_eq!(
        job.lease(at(1), ms(LEASE)),
        Err(Refused::NotReady),
        "a worker has it; two would do it twice"
    );
}

#[test]
fn a_lease_is_over_at_its_end() {
    let mut job = job(3);
    let fence = lease(&mut job, 0);
    assert_state(
        &job,
        LEASE - 1,
        &State::Leased { until: at(LEASE) },
        "a millisecond of the lease is left",
    );
    assert_state(
        &job,
        LEASE,
        &State::Ready { at: at(LEASE) },
        "its lease is over, and nobody had to notice for that",
    );
    for change in [
        Change::Complete { fence },
        Change::Extend {
            fence,
            length: ms(LEASE),
        },
        Change::GiveBack { fence },
        failed(fence, LEASE),
    ] {
        refuses(
            &job,
            &change,
            LEASE,
            Refused::Gone,
            "the lease is over, and to whom the next worker belongs is not for this one to say",
        );
    }
    lease(&mut job, LEASE);
}

#[test]
fn a_lease_that_is_extended_lasts_from_then_on() {
    let mut job = job(3);
    let fence = lease(&mut job, 0);
    let extend = Change::Extend {
        fence,
        length: ms(LEASE),
    };
    apply(&mut job, &extend, 6_000);
    assert_state(
        &job,
        LEASE,
        &State::Leased { until: at(16_000) },
        "it was extended by 10 s at 6 s",
    );
    assert_eq!(job.attempts(), 1, "it is still the first attempt");
    apply(&mut job, &Change::Complete { fence }, 15_999);
    assert_state(&job, 15_999, &State::Done { at: at(15_999) }, "it is done");
}

#[test]
fn the_answer_of_a_late_worker_is_not_the_next_ones() {
    let mut job = job(3);
    let late = lease(&mut job, 0);
    let present = lease(&mut job, LEASE);
    assert_ne!(late, present, "two leases, and each has a fence of its own");
    for change in [Change::Complete { fence: late }, failed(late, 12_000)] {
        refuses(
            &job,
            &change,
            12_000,
            Refused::Gone,
            "another worker has the job now, and may yet fail",
        );
    }
    apply(&mut job, &Change::Complete { fence: present }, 12_000);
}

#[test]
fn a_job_that_kills_its_workers_is_set_aside() {
    let mut job = job(3);
    for attempt in 1..=3 {
        lease(&mut job, u64::from(attempt - 1) * LEASE);
        assert_eq!(
            job.attempts(),
            attempt,
            "an attempt counts when it begins: who is killed by it reports nothing"
        );
    }
    assert_state(
        &job,
        3 * LEASE,
        &State::Dead {
            at: at(3 * LEASE),
            cause: Cause::Silent,
        },
        "three of three leases have ended without a word",
    );
    assert_eq!(
        job.lease(at(4 * LEASE), ms(LEASE)),
        Err(Refused::NotReady),
        "a fourth worker is not to be killed by it"
    );
}

#[test]
fn a_failure_is_tried_again_when_it_says_so() {
    let mut job = job(2);
    let fence = lease(&mut job, 0);
    apply(&mut job, &failed(fence, 5_000), 1_000);
    assert_state(&job, 1_000, &State::Ready { at: at(5_000) }, "not before");
    assert_eq!(
        job.lease(at(4_999), ms(LEASE)),
        Err(Refused::NotReady),
        "a millisecond of the pause is left"
    );
    let fence = lease(&mut job, 5_000);
    apply(&mut job, &failed(fence, 9_000), 6_000);
    let cause = Cause::Failed("the printer is on fire".to_owned());
    assert_state(
        &job,
        6_000,
        &State::Dead {
            at: at(6_000),
            cause,
        },
        "that was the second attempt of two, whatever its worker wishes",
    );
}

#[test]
fn what_can_never_succeed_is_set_aside_at_once() {
    let mut job = job(3);
    let fence = lease(&mut job, 0);
    let never = Change::Fail {
        fence,
        why: "no such order".to_owned(),
        next: Next::Never,
    };
    apply(&mut job, &never, 1);
    let cause = Cause::Failed("no such order".to_owned());
    assert_state(
        &job,
        1,
        &State::Dead { at: at(1), cause },
        "two attempts are left, and are not worth it",
    );
}

#[test]
fn a_completion_may_be_repeated() {
    let mut job = job(3);
    let late = lease(&mut job, 0);
    let fence = lease(&mut job, LEASE);
    apply(&mut job, &Change::Complete { fence }, 11_000);
    for now in [11_000, 12_000, 10 * LEASE] {
        apply(&mut job, &Change::Complete { fence }, now);
    }
    assert_state(
        &job,
        10 * LEASE,
        &State::Done { at: at(11_000) },
        "it was done at 11 s; the worker has not heard the answer, and asked again",
    );
    for change in [
        Change::Complete { fence: late },
        failed(fence, 12_000),
        Change::Revive,
    ] {
        let expected = match change {
            Change::Revive => Refused::NotDead,
            _ => Refused::Gone,
        };
        refuses(&job, &change, 12_000, expected, "the job is done, for good");
    }
}

#[test]
fn what_was_not_begun_is_no_attempt() {
    let mut job = job(1);
    for round in 0..3 {
        let fence = lease(&mut job, round);
        apply(&mut job, &Change::GiveBack { fence }, round);
        assert_eq!(
            (job.attempts(), job.state(at(round))),
            (0, State::Ready { at: at(round) }),
            "given back before it was begun, it has all its attempts left"
        );
        refuses(
            &job,
            &Change::Complete { fence },
            round,
            Refused::Gone,
            "given back is given back",
        );
    }
}

#[test]
fn a_revived_job_is_as_good_as_new_and_its_fences_are_not() {
    let mut job = job(1);
    let first = lease(&mut job, 0);
    refuses(&job, &Change::Revive, 1, Refused::NotDead, "it is leased");
    apply(&mut job, &Change::Revive, LEASE);
    assert_eq!(
        (job.attempts(), job.state(at(LEASE))),
        (0, State::Ready { at: at(LEASE) }),
        "revived, it begins anew"
    );
    let second = lease(&mut job, LEASE);
    assert!(
        second > first,
        "{second:?} comes after {first:?}: a worker of before the revival may still answer"
    );
    refuses(
        &job,
        &Change::Complete { fence: first },
        LEASE,
        Refused::Gone,
        "that worker had the job before it was revived",
    );
    refuses(
        &job,
        &Change::Revive,
        LEASE,
        Refused::NotDead,
        "leased again",
    );
}
