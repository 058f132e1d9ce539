//! Stage 6: stories that both stores have to count alike.

#[allow(dead_code, reason = "each test file uses its own part")]
mod figures {
    include!("support/figures.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod stores {
    include!("support/stores.rs");
}

use std::num::NonZeroU32;
use std::time::Duration;

use figures::{figures, read};
use stores::{Folder, change, claim, enqueue, fine};
use worker_queue::{
    Change, Fence, JobId, MemoryStore, Metered, Next, Refused, Store, Timestamp, Work,
};

fn put(store: &dyn Store, attempts: u32, now: u64) -> JobId {
    let attempts = NonZeroU32::new(attempts).expect("a test's own number");
    enqueue(store, Work::new("invoice", "order").attempts(attempts), now)
}

#[test]
fn both_stores_count_alike() {
    for seed in 1..=4_u64 {
        let folder = Folder::new();
        let ours = story(seed, &MemoryStore::new());
        let theirs = story(seed, &folder.open());
        for (step, (left, right)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(left, right, "seed {seed}, step {step}: memory, then SQLite");
        }
    }
}

/// What was done, and the figures after it.
fn story(seed: u64, store: &dyn Metered) -> Vec<(String, String)> {
    let mut draw = seed;
    let mut below = move |bound: u64| {
        draw ^= draw << 13;
        draw ^= draw >> 7;
        draw ^= draw << 17;
        draw % bound
    };
    let mut told = Vec::new();
    let mut leases: Vec<(JobId, Fence)> = Vec::new();
    let mut now = 0;
    for _ in 0..50 {
        now += below(4_000);
        let pick = below(leases.len().max(1) as u64) as usize;
        let lease = leases.get(pick).copied();
        let step = match (below(13), lease) {
            (0..=2, _) => format!("{:?} at {now}", put(store, 1 + below(2) as u32, now)),
            (3..=5, _) | (_, None) => {
                let job = claim(store, now);
                leases.extend(job);
                format!("claim at {now}: {job:?}")
            }
            (kind, Some((id, fence))) => {
                let why = "no paper".to_owned();
                let at = Timestamp::from_millis(now + 2_000);
                let answer = match kind {
                    6 | 7 => Change::Complete { fence },
                    8 => Change::Extend {
                        fence,
                        length: Duration::from_secs(10),
                    },
                    9 => Change::GiveBack { fence },
                    10 => Change::Revive,
                    11 => Change::Cancel,
                    _ => Change::Fail {
                        fence,
                        why,
                        next: Next::Again { at },
                    },
                };
                let made = change(store, id, &answer, now).map(|job| job.id());
                format!("{answer:?} of {id:?} at {now}: {made:?}")
            }
        };
        let figures = fine("figures", store.figures(Timestamp::from_millis(now))).to_string();
        read(&figures).balanced(&format!("seed {seed}, after {step}"));
        told.push((step, figures));
    }
    told
}

#[test]
fn two_processes_count_together() {
    let folder = Folder::new();
    let processes = [folder.open(), folder.open()];
    for number in 0..6 {
        let store = &processes[number % 2];
        put(store, 1, 0);
        let (id, fence) = claim(store, 0).expect("it is ready");
        let other = &processes[(number + 1) % 2];
        change(other, id, &Change::Complete { fence }, 50).expect("its lease holds");
    }
    for (number, store) in processes.iter().enumerate() {
        let scrape = figures(store, 100);
        assert_eq!(
            (scrape.outcomes()[0], scrape.bucket("0.1")),
            (6.0, 6.0),
            "process {number}: six jobs were completed, three by each"
        );
        scrape.balanced("six jobs by two processes");
    }
}

#[test]
fn a_lease_of_the_last_attempt_expires_once() {
    let folder = Folder::new();
    let store = folder.open();
    let id = put(&store, 1, 0);
    let (_, fence) = claim(&store, 0).expect("it is ready");
    for (now, claims) in [(10_000, false), (10_000, true), (11_000, true)] {
        if claims {
            assert_eq!(claim(&store, now), None, "its only attempt is over");
        }
        let scrape = figures(&store, now);
        assert_eq!(
            (scrape.ended("expired"), scrape.jobs("dead")),
            (1.0, 1.0),
            "at {now} ms, after a claim: {claims}"
        );
        scrape.balanced("one job, dead in silence");
    }
    let late = change(&store, id, &Change::Complete { fence }, 11_000);
    assert_eq!(late, Err(Refused::Gone), "too late");
    change(&store, id, &Change::Revive, 12_000).expect("it is dead");
    let (_, fence) = claim(&store, 12_000).expect("it was revived");
    change(&store, id, &Change::Complete { fence }, 12_000).expect("its lease holds");
    let scrape = figures(&store, 12_000);
    assert_eq!(
        (scrape.outcomes(), scrape.bucket("60"), scrape.bucket("10")),
        ([1.0, 0.0, 1.0, 0.0, 0.0], 1.0, 0.0),
        "expired once, revived and completed, 12 s after it was accepted"
    );
}
