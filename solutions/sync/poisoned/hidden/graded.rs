//! The same promises after other panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use poisoned::{Job, Jobs};

fn job(owner: &str, attempts: u32) -> Job {
    Job {
        owner: owner.to_owned(),
        attempts,
        note: String::new(),
    }
}

#[test]
fn a_hundred_panics_later_all_is_as_it_was() {
    let jobs = Jobs::new();
    for id in 0..10 {
        jobs.insert(id, job(if id % 2 == 0 { "even" } else { "odd" }, 7));
    }
    for round in 0..100 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            jobs.modify(round % 10, |job| {
                job.owner.push_str(" and more");
                job.note = "half".to_owned();
                job.attempts += 1;
                panic!("round {round}");
            })
        }));
        assert!(panicked.is_err(), "round {round} panics in its caller");
    }
    assert_eq!(jobs.owned_by("even"), [0, 2, 4, 6, 8]);
    assert_eq!(jobs.owned_by("odd"), [1, 3, 5, 7, 9]);
    assert!(jobs.owned_by("even and more").is_empty(), "nobody's");
    for id in 0..10 {
        let owner = if id % 2 == 0 { "even" } else { "odd" };
        assert_eq!(jobs.get(id), Some(job(owner, 7)), "job {id}");
    }
}

#[test]
fn a_thread_that_dies_in_a_change_leaves_the_others_at_work() {
    let jobs = Jobs::new();
    jobs.insert(5, job("a", 0));
    thread::scope(|scope| {
        let dying = scope.spawn(|| {
            jobs.modify(5, |job| {
                *job = Job {
                    owner: "b".to_owned(),
                    attempts: 99,
                    note: "gone".to_owned(),
                };
                panic!("this thread dies, as the test wants it to");
            })
        });
        assert!(dying.join().is_err(), "its panic is its own");
        assert!(jobs.modify(5, |job| job.attempts += 1), "job 5 is there");
    });
    assert_eq!(jobs.get(5), Some(job("a", 1)), "one change took place");
    assert_eq!((jobs.owned_by("a"), jobs.owned_by("b")), (vec![5], vec![]));
}

#[test]
fn a_change_after_a_panic_moves_a_job_as_ever() {
    let jobs = Jobs::new();
    jobs.insert(1, job("a", 0));
    jobs.insert(2, job("a", 0));
    let look = catch_unwind(AssertUnwindSafe(|| {
        jobs.for_each("a", |_, _| panic!("look"))
    }));
    assert!(look.is_err());
    assert!(jobs.modify(1, |job| job.owner = "b".to_owned()));
    let change = catch_unwind(AssertUnwindSafe(|| {
        jobs.modify(1, |job| {
            job.owner = "c".to_owned();
            panic!("change")
        })
    }));
    assert!(change.is_err());
    assert!(jobs.modify(2, |job| job.owner = "c".to_owned()));
    assert_eq!(jobs.owned_by("a"), [0_u64; 0]);
    assert_eq!(jobs.owned_by("b"), [1]);
    assert_eq!(jobs.owned_by("c"), [2]);
    assert!(!jobs.modify(3, |_| panic!("is not called")), "no job 3");
}
