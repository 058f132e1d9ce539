//! Stage 2: stories that both stores have to tell alike, and a file that is opened by many.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod stores {
    include!("support/stores.rs");
}

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use stores::{Folder, Subject, change, claim, enqueue, fine, state, stores};
use support::{LEASE, at, failed, ms, work};
use worker_queue::{Change, Fence, Job, JobId, Next, State, Store as _, Timestamp};

/// All that a job shows, at a time.
fn seen(job: &Job, now: Timestamp) -> (JobId, State, u32, Option<Fence>) {
    (job.id(), job.state(now), job.attempts(), job.fence())
}

#[test]
fn both_stores_tell_the_same_story() {
    for seed in 1..=4_u64 {
        let [memory, sqlite] = stores();
        let (ours, theirs) = (story(seed, &memory), story(seed, &sqlite));
        for (step, (left, right)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(left, right, "seed {seed}, step {step}: memory, then SQLite");
        }
    }
}

/// What was asked, and what was answered.
fn story(seed: u64, subject: &Subject) -> Vec<String> {
    let mut draw = seed;
    let mut below = move |bound: u64| {
        draw ^= draw << 13;
        draw ^= draw >> 7;
        draw ^= draw << 17;
        draw % bound
    };
    let store = &*subject.store;
    let mut told = Vec::new();
    let mut leases: Vec<(JobId, Fence)> = Vec::new();
    let mut now = 0;
    for _ in 0..50 {
        now += below(3_000);
        let time = at(now);
        let pick = below(leases.len().max(1) as u64) as usize;
        let lease = leases.get(pick).copied();
        told.push(match (below(14), lease) {
            (0..=2, _) => {
                let key = format!("key-{}", below(6));
                let key = (below(2) == 0).then_some(&*key);
                let attempts = 1 + below(2) as u32;
                let put = store.enqueue(work(attempts), key, time);
                format!("{key:?} for {attempts}: {:?}", fine("enqueue", put))
            }
            (3..=6, _) | (_, None) => {
                let job = fine("claim", store.claim(time, ms(LEASE)));
                if let Some(job) = &job {
                    leases.push((job.id(), job.fence().expect("it was claimed")));
                }
                format!("claim: {:?}", job.map(|job| seen(&job, time)))
            }
            (7, _) => {
                let dead = fine("dead", store.dead(time, None, 3));
                let dead: Vec<_> = dead.iter().map(|job| seen(job, time)).collect();
                format!("dead: {dead:?}, {:?}", fine("census", store.census(time)))
            }
            (kind, Some((id, fence))) => {
                let answer = match kind {
                    8 => Change::Complete { fence },
                    9 => Change::Extend {
                        fence,
                        length: ms(LEASE),
                    },
                    10 => Change::GiveBack { fence },
                    11 => Change::Revive,
                    12 => Change::Fail {
                        fence,
                        why: "never".to_owned(),
                        next: Next::Never,
                    },
                    _ => failed(fence, now + 2_000),
                };
                let made = change(store, id, &answer, now).map(|job| seen(&job, time));
                let kept = fine("find", store.find(id)).map(|job| seen(&job, time));
                format!("{answer:?} of {id:?}: {made:?}, kept {kept:?}")
            }
        });
    }
    told
}

#[test]
fn many_open_a_file_that_is_not_there_yet() {
    const PROCESSES: usize = 6;
    let folder = Folder::new();
    let start = Barrier::new(PROCESSES);
    thread::scope(|scope| {
        for _ in 0..PROCESSES {
            scope.spawn(|| {
                start.wait();
                enqueue(&folder.open(), work(3), 0);
            });
        }
    });
    let census = fine("census", folder.open().census(at(0)));
    assert_eq!(
        census.ready as usize, PROCESSES,
        "each process has opened the file, and kept one job in it"
    );
}

#[test]
fn a_lease_without_end() {
    for subject in stores() {
        let (name, store) = (subject.name, &*subject.store);
        let id = enqueue(store, work(3), 0);
        let claimed = fine("claim", store.claim(at(1), Duration::MAX));
        assert_eq!(claimed.map(|job| job.id()), Some(id), "{name}: it is ready");
        let year_2500 = 16_725_225_600_000;
        assert_eq!(
            claim(store, year_2500),
            None,
            "{name}: it is leased for ever"
        );
        assert!(
            matches!(state(store, id, year_2500), State::Leased { .. }),
            "{name}: it is leased for ever"
        );
    }
}
