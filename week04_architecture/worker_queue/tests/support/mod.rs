// What the tests of all stages share.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::num::NonZeroU32;
use std::time::Duration;

use worker_queue::{Change, Fence, Job, JobId, Next, Refused, State, Timestamp, Work};

/// The lease of most tests, in milliseconds.
pub const LEASE: u64 = 10_000;

pub fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Work that may be tried so often.
pub fn work(attempts: u32) -> Work {
    let attempts = NonZeroU32::new(attempts).expect("a test's own number");
    Work::new("invoice", "order 4711").attempts(attempts)
}

/// A job that was made at the time 0.
pub fn job(attempts: u32) -> Job {
    Job::new(JobId::new(7), work(attempts), at(0))
}

#[track_caller]
pub fn lease(job: &mut Job, now: u64) -> Fence {
    job.lease(at(now), ms(LEASE))
        .unwrap_or_else(|refused| panic!("at {now} ms the job is to be leased, and is {refused:?}"))
}

/// A failure after which the job may be tried at once.
pub fn failed(fence: Fence, now: u64) -> Change {
    Change::Fail {
        fence,
        why: "the printer is on fire".to_owned(),
        next: Next::Again { at: at(now) },
    }
}

#[track_caller]
pub fn apply(job: &mut Job, change: &Change, now: u64) {
    if let Err(refused) = job.apply(change, at(now)) {
        panic!("at {now} ms: {change:?} is to be made, and is refused: {refused:?}");
    }
}

/// That the change is refused, and leaves everything as it is.
#[track_caller]
pub fn refuses(job: &Job, change: &Change, now: u64, expected: Refused, why: &str) {
    let mut tried = job.clone();
    assert_eq!(
        tried.apply(change, at(now)),
        Err(expected),
        "{change:?} at {now} ms: {why}"
    );
    assert_eq!(
        &tried, job,
        "{change:?} was refused at {now} ms; a refusal changes nothing"
    );
}

#[track_caller]
pub fn assert_state(job: &Job, now: u64, expected: &State, why: &str) {
    assert_eq!(&job.state(at(now)), expected, "at {now} ms: {why}");
}
