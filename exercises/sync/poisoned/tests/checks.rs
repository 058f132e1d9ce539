//! One caller panics. What do the others see?

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use poisoned::{Job, Jobs};

/// How long to watch for what must *not* happen.
const WATCH: Duration = Duration::from_millis(100);

fn job(owner: &str) -> Job {
    Job {
        owner: owner.to_owned(),
        attempts: 0,
        note: "new".to_owned(),
    }
}

/// Jobs 1 and 2 of `west`, and job 3 of `east`.
fn three_jobs() -> Jobs {
    let jobs = Jobs::new();
    for (id, owner) in [(1, "west"), (2, "west"), (3, "east")] {
        jobs.insert(id, job(owner));
    }
    jobs
}

/// Makes a call of which the caller's code panics, as a request does whose handler is caught by the
/// framework. Returns what the panic says.
fn panics(call: impl FnOnce()) -> String {
    let panic = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(()) => panic!("the caller's code panicked, and that must go on in the caller"),
        Err(panic) => panic,
    };
    match panic.downcast_ref::<&str>() {
        Some(text) => (*text).to_owned(),
        None => panic
            .downcast_ref::<String>()
            .map_or_else(|| "something else".to_owned(), Clone::clone),
    }
}

/// Makes a call after somebody else's panic.
fn after<T>(what: &str, call: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        panic!("{what}, although it was another caller's code that panicked, in a call before")
    })
}

#[test]
fn one_caller_after_the_other_finds_jobs_by_number_and_by_owner() {
    let jobs = three_jobs();
    assert_eq!(jobs.owned_by("west"), [1, 2], "the jobs of `west`");
    assert!(
        jobs.modify(1, |job| job.owner = "east".to_owned()),
        "there is a job 1"
    );
    assert!(!jobs.modify(9, |_| ()), "there is no job 9");
    assert_eq!(
        (jobs.owned_by("west"), jobs.owned_by("east")),
        (vec![2], vec![1, 3]),
        "job 1 went from `west` to `east`"
    );
    jobs.insert(3, job("north"));
    assert_eq!(
        (jobs.owned_by("east"), jobs.owned_by("north"), jobs.get(3)),
        (vec![1], vec![3], Some(job("north"))),
        "job 3 was replaced by one of `north`"
    );
    let mut shown = Vec::new();
    jobs.for_each("east", |id, job| shown.push((id, job.clone())));
    assert_eq!(shown, [(1, job("east"))], "what `east` owns");
}

#[test]
fn a_panic_reaches_its_caller_and_nobody_else() {
    let jobs = three_jobs();
    let said = panics(|| {
        jobs.modify(2, |_| panic!("no such tariff"));
    });
    assert_eq!(said, "no such tariff", "what the caller's own panic says");

    after("get panics", || assert_eq!(jobs.get(3), Some(job("east"))));
    after("insert panics", || jobs.insert(4, job("east")));
    after("owned_by panics", || {
        assert_eq!(jobs.owned_by("east"), [3, 4]);
    });
    after("modify panics", || {
        assert!(jobs.modify(2, |job| job.attempts = 1));
    });
    after("for_each panics", || {
        jobs.for_each("east", |id, _| assert!(id > 2));
    });
}

#[test]
fn a_change_that_panics_leaves_the_job_as_it_was() {
    let jobs = three_jobs();
    panics(|| {
        jobs.modify(2, |job| {
            job.attempts = 1;
            job.owner = "east".to_owned();
            panic!("before the note is written");
        });
    });
    after("get panics", || {
        assert_eq!(
            jobs.get(2),
            Some(job("west")),
            "the change panicked after its second step of three; job 2 must be as it was before the first"
        );
    });
}

#[test]
fn a_change_that_panics_leaves_the_lists_as_they_were() {
    let jobs = three_jobs();
    panics(|| {
        jobs.modify(2, |_| panic!("before its first step"));
    });
    after("owned_by panics", || {
        assert_eq!(
            (jobs.owned_by("west"), jobs.owned_by("east")),
            (vec![1, 2], vec![3]),
            "the change panicked, so `west` owns what it owned, and `east` too"
        );
    });
    let mut shown = Vec::new();
    jobs.for_each("west", |id, _| shown.push(id));
    assert_eq!(shown, [1, 2], "for_each shows the same as owned_by");
}

#[test]
fn a_look_that_panics_harms_nobody() {
    let jobs = three_jobs();
    let said = panics(|| {
        jobs.for_each("west", |id, _| assert!(id < 2, "job {id} can not be shown"));
    });
    assert_eq!(said, "job 2 can not be shown", "the caller's own panic");
    after("owned_by panics", || {
        assert_eq!(jobs.owned_by("west"), [1, 2], "nothing has changed");
    });
}

#[test]
fn a_change_is_alone_with_its_job() {
    let jobs = three_jobs();
    let (begins, second_begins) = mpsc::channel();
    let overlapped = thread::scope(|scope| {
        let mut overlapped = false;
        jobs.modify(1, |job| {
            let read = job.attempts;
            let jobs = &jobs;
            scope.spawn(move || {
                jobs.modify(1, |job| {
                    let _ = begins.send(());
                    job.attempts += 1;
                })
            });
            overlapped = second_begins.recv_timeout(WATCH).is_ok();
            job.attempts = read + 1;
        });
        overlapped
    });
    assert!(
        !overlapped,
        "a second change of job 1 began while the first one was at work: both saw the same job, and one of \
         the two is lost"
    );
    assert_eq!(
        jobs.get(1).map(|job| job.attempts),
        Some(2),
        "two changes, one after the other"
    );
}
