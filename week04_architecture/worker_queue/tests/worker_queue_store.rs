//! Stage 2: one contract for memory and for SQLite, and what only a file can do.

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/between.rs"]
mod between;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/stores.rs"]
mod stores;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use between::{Met, Moment, interrupted, watch};
use stores::{Folder, change, claim, enqueue, find, fine, state, stores};
use support::{LEASE, at, failed, work};
use worker_queue::{
    Cause, Census, Change, Enqueued, JobId, Next, Refused, SqliteStore, State, Store, Work,
};

fn silent(now: u64) -> State {
    State::Dead {
        at: at(now),
        cause: Cause::Silent,
    }
}

#[test]
fn a_job_is_found_as_it_was_enqueued() {
    for subject in stores() {
        let (name, store) = (subject.name, &*subject.store);
        let odd = Work::new("invoice", "{\"an\": \"Zoë ∑ 'x'; --\"}\n");
        let first = enqueue(store, odd.clone(), 5);
        let second = enqueue(store, work(2), 6);
        assert!(second > first, "{name}: numbers grow");
        let job = find(store, first);
        assert_eq!(
            (job.id(), job.work(), job.created(), job.attempts()),
            (first, &odd, at(5), 0),
            "{name}: as it was accepted"
        );
        assert_eq!(job.state(at(5)), State::Ready { at: at(5) }, "{name}");
        assert_eq!(find(store, second).work(), &work(2), "{name}");
        let nobodys = fine("find", store.find(JobId::new(second.get() + 1)));
        assert_eq!(nobodys, None, "{name}: nobody has enqueued that");
    }
}

#[test]
fn the_job_that_has_been_ready_for_longest_comes_first() {
    for subject in stores() {
        let (name, store) = (subject.name, &*subject.store);
        let jobs: Vec<JobId> = (0..4).map(|_| enqueue(store, work(9), 100)).collect();
        let mut order = Vec::new();
        let (first, fence) = claim(store, 100).expect("four are ready");
        // Ready again at 3 s, and the second at the end of its lease.
        change(store, first, &failed(fence, 3_000), 200).expect("its lease holds");
        order.push(first);
        order.extend((0..3).filter_map(|_| claim(store, 200)).map(|(id, _)| id));
        assert_eq!(order, jobs, "{name}: all ready since 0.1 s, so by number");
        assert_eq!(
            claim(store, 2_999),
            None,
            "{name}: three are leased, and the fourth pauses until 3 s"
        );
        let late = enqueue(store, work(9), 2_999);
        let order: Vec<JobId> = (0..5)
            .filter_map(|_| claim(store, LEASE + 200))
            .map(|(id, _)| id)
            .collect();
        assert_eq!(
            order,
            [late, jobs[0], jobs[1], jobs[2], jobs[3]],
            "{name}: ready since 2.999 s, 3 s, and three since their leases ended at 10.2 s"
        );
    }
}

#[test]
fn a_key_makes_one_job() {
    for subject in stores() {
        let (name, store) = (subject.name, &*subject.store);
        let put = |work, key: &str, now| fine("enqueue", store.enqueue(work, Some(key), at(now)));
        let Enqueued::New(id) = put(work(3), "order-4711", 0) else {
            panic!("{name}: nobody has used that key");
        };
        let again = "the client has not heard the answer, and asks again";
        assert_eq!(
            put(work(3), "order-4711", 1),
            Enqueued::Again(id),
            "{name}: {again}"
        );
        let (claimed, fence) = claim(store, 1).expect("it is ready");
        change(store, claimed, &Change::Complete { fence }, 2).expect("its lease holds");
        assert_eq!(
            put(work(3), "order-4711", 3),
            Enqueued::Again(id),
            "{name}: {again}, and the job is done by now"
        );
        let other = Work::new("invoice", "order 4712");
        assert_eq!(
            put(other, "order-4711", 4),
            Enqueued::KeyReused,
            "{name}: the same key for other work is a mistake of the client's, and not the same job"
        );
        assert_eq!(claim(store, 5), None, "{name}: one job, and it is done");
        assert!(
            matches!(put(work(3), "order-4712", 6), Enqueued::New(_)),
            "{name}: another key"
        );
    }
}

#[test]
fn only_the_present_lease_changes_a_job() {
    for subject in stores() {
        let (name, store) = (subject.name, &*subject.store);
        let id = enqueue(store, work(1), 0);
        let (_, first) = claim(store, 0).expect("it is ready");
        change(store, id, &Change::Revive, LEASE).expect("its only lease is over");
        let (_, second) = claim(store, LEASE).expect("it was revived");
        let before = find(store, id);
        for answer in [Change::Complete { fence: first }, failed(first, LEASE)] {
            assert_eq!(
                change(store, id, &answer, LEASE + 1),
                Err(Refused::Gone),
                "{name}: the worker of before the revival answers for the present one: {answer:?}"
            );
        }
        assert_eq!(find(store, id), before, "{name}: a refusal changes nothing");
        let made = change(store, id, &Change::Complete { fence: second }, LEASE + 2);
        let made = made.expect("its lease holds");
        let done = State::Done { at: at(LEASE + 2) };
        assert_eq!(made.state(at(LEASE + 2)), done, "{name}: as answered");
        assert_eq!(state(store, id, LEASE + 2), done, "{name}: as kept");
        assert_eq!(
            change(store, JobId::new(99), &Change::Revive, 0),
            Err(Refused::Missing),
            "{name}: there is no such job"
        );
    }
}

#[test]
fn the_dead_are_listed_whether_or_not_somebody_claims() {
    for subject in stores() {
        let (name, store) = (subject.name, &*subject.store);
        let jobs: Vec<JobId> = (0..5).map(|_| enqueue(store, work(1), 0)).collect();
        let leases: Vec<_> = (0..4).filter_map(|_| claim(store, 0)).collect();
        let (id, fence) = leases[2];
        let never = Change::Fail {
            fence,
            why: "no such order".to_owned(),
            next: Next::Never,
        };
        change(store, id, &never, 1).expect("its lease holds");
        let (id, fence) = leases[1];
        change(store, id, &Change::Complete { fence }, 1).expect("its lease holds");
        let dead = |now, after, limit| -> Vec<JobId> {
            let dead = fine("dead", store.dead(at(now), after, limit));
            dead.iter().map(|job| job.id()).collect()
        };
        assert_eq!(
            dead(1, None, 10),
            [jobs[2]],
            "{name}: one has failed for good"
        );
        let all = [jobs[0], jobs[2], jobs[3]];
        assert_eq!(
            dead(LEASE, None, 10),
            all,
            "{name}: two more have used up their only lease in silence, and nobody has claimed since"
        );
        assert_eq!(
            dead(LEASE, Some(jobs[0]), 1),
            all[1..2],
            "{name}: one, after the first"
        );
        let (next, _) = claim(store, LEASE).expect("the fifth is ready");
        assert_eq!(next, jobs[4], "{name}: the dead are not handed out");
        assert_eq!(
            dead(LEASE, None, 10),
            all,
            "{name}: and after a claim they are the same"
        );
        assert_eq!(state(store, jobs[0], LEASE), silent(LEASE), "{name}");
        let cause = Cause::Failed("no such order".to_owned());
        let told = State::Dead { at: at(1), cause };
        assert_eq!(state(store, jobs[2], LEASE), told, "{name}");
        change(store, jobs[0], &Change::Revive, LEASE).expect("it is dead");
        assert_eq!(
            dead(LEASE, None, 10),
            all[1..],
            "{name}: the first was revived"
        );
    }
}

#[test]
fn every_job_is_counted_once() {
    for subject in stores() {
        let (name, store) = (subject.name, &*subject.store);
        let count = |now| fine("census", store.census(at(now)));
        assert_eq!(count(0), Census::default(), "{name}: no job yet");
        for now in 0..7 {
            enqueue(store, work(if now == 0 { 1 } else { 2 }), now);
        }
        let leases: Vec<_> = (0..5).filter_map(|_| claim(store, 10)).collect();
        let (id, fence) = leases[4];
        change(store, id, &failed(fence, 50_000), 11).expect("its lease holds");
        let (id, fence) = leases[3];
        change(store, id, &Change::Complete { fence }, 12).expect("its lease holds");
        // By number: 1, 2, 3 leased, 4 done, 5 pauses until 50 s, 6 and 7 ready.
        let expected = [
            (LEASE + 9, [2, 1, 3, 1, 0], 5),
            (LEASE + 10, [4, 1, 0, 1, 1], 5),
            (50_000, [5, 0, 0, 1, 1], 5),
        ];
        for (now, counts, oldest) in expected {
            let census = count(now);
            let counted = [
                census.ready,
                census.waiting,
                census.leased,
                census.done,
                census.dead,
            ];
            assert_eq!(
                (counted, census.oldest),
                (counts, Some(at(oldest))),
                "{name} at {now} ms: ready, waiting, leased, done, dead, and since when the oldest ready one is. \
                 All leases end at 10.010 s, and of one job it was the last"
            );
        }
    }
}

/// How two calls on one file have to answer each other.
fn one_after_the_other<A>(
    story: &str,
    call: impl Fn(&SqliteStore) -> A,
    meanwhile: impl Fn(&SqliteStore) -> A + Copy + Send + 'static,
    check: impl Fn(A, Option<A>, &str),
) where
    A: Send + 'static,
{
    between::install();
    for place in 0.. {
        let folder = Folder::new();
        // Connections of their own, as two processes have.
        let (first, second) = (folder.open(), folder.open());
        enqueue(&first, work(3), 0);
        enqueue(&first, work(3), 0);
        let came = move || meanwhile(&second);
        let (answer, met) = interrupted(&folder.file(), place, came, || call(&first));
        match met {
            Met::Over => {
                assert!(place > 0, "{story}: the call has no statement");
                return;
            }
            Met::Locked => check(answer, None, "nobody could come in between"),
            Met::Made { before, made } => {
                let when = format!("{story} before statement {place} of the call, `{before}`");
                check(answer, Some(made), &when);
            }
        }
    }
}

#[test]
fn of_many_claimers_each_job_goes_to_one() {
    let claim = |store: &SqliteStore| {
        let claimed = fine("claim", store.claim(at(0), Duration::from_secs(10)));
        claimed.map(|job| job.id().get())
    };
    let check = |first: Option<u64>, second: Option<Option<u64>>, when: &str| match second {
        None => assert_eq!(first, Some(1), "{when}: the job with the smaller number"),
        Some(second) => {
            let mut both = [first, second];
            both.sort();
            assert_eq!(
                both,
                [Some(1), Some(2)],
                "{when}: there are two jobs, and each claimer gets one that the other has not"
            );
        }
    };
    one_after_the_other("another claimer has come", claim, claim, check);
}

#[test]
fn who_finds_the_file_locked_waits() {
    between::install();
    let folder = Folder::new();
    let store = folder.open();
    let other = rusqlite::Connection::open(folder.file()).expect("the file can be opened");
    let made = other.execute_batch("CREATE TABLE neighbours (number INTEGER)");
    made.expect("there is room for its table");
    let id = enqueue(&store, work(3), 0);
    let (_, fence) = claim(&store, 0).expect("it is ready");
    let begun = other.execute_batch("BEGIN IMMEDIATE; INSERT INTO neighbours VALUES (1)");
    begun.expect("nobody has the lock");
    let (tell, waits_or_is_over) = mpsc::channel();
    let store = &store;
    let done = thread::scope(|scope| {
        let asked = scope.spawn(move || {
            let (waits, mut statements) = (tell.clone(), BTreeSet::new());
            let hook = move |moment: Moment<'_>| {
                let waiting = match moment {
                    Moment::Wait => true,
                    // The same again: a loop of its own, which is a way to wait.
                    Moment::Statement(sql) => !statements.insert(sql.to_owned()),
                };
                if waiting {
                    let _ = waits.send(());
                }
            };
            let complete = || store.change(id, &Change::Complete { fence }, at(1));
            let answer = watch(hook, complete);
            let _ = tell.send(());
            answer
        });
        // Who waits in a way that can't be seen from here gets the lock after a while, too.
        let _ = waits_or_is_over.recv_timeout(Duration::from_secs(2));
        other.execute_batch("COMMIT").expect("it has the lock");
        asked.join().expect("the store does not panic")
    });
    let done = fine(
        "the file was locked by another program, which has written and let go of it; the call is to wait for that, \
         and to decide by what is there then",
        done,
    );
    assert!(done.is_ok(), "its lease holds: {done:?}");
}

#[test]
fn a_key_that_many_use_at_once_makes_one_job() {
    let put = |store: &SqliteStore| {
        let put = store.enqueue(work(3), Some("order-4711"), at(0));
        fine("others are at work, which is no error", put)
    };
    let check = |first: Enqueued, second: Option<Enqueued>, when: &str| {
        let id = JobId::new(3);
        let (new, again) = (Enqueued::New(id), Enqueued::Again(id));
        let right = match second {
            None => first == new,
            Some(second) => [[new, again], [again, new]].contains(&[first, second]),
        };
        assert!(
            right,
            "{when}: one key is one job, and whoever is second hears which. The call got {first:?}, the other {second:?}"
        );
    };
    one_after_the_other("another client has used the key", put, put, check);
}

#[test]
fn what_was_answered_is_there_after_a_restart() {
    let folder = Folder::new();
    let store = folder.open();
    let key = Some("order-4711");
    let Enqueued::New(leased) = fine("enqueue", store.enqueue(work(2), key, at(0))) else {
        panic!("nobody has used that key");
    };
    let dead = enqueue(&store, work(2), 1);
    let (_, fence) = claim(&store, 1).expect("two are ready");
    let (_, other) = claim(&store, 1).expect("one is ready");
    let never = Change::Fail {
        fence: other,
        why: "no such order".to_owned(),
        next: Next::Never,
    };
    change(&store, dead, &never, 2).expect("its lease holds");
    let before = [find(&store, leased), find(&store, dead)];
    drop(store);

    let store = folder.open();
    assert_eq!(
        [find(&store, leased), find(&store, dead)],
        before,
        "closed and opened again: leases, attempts, fences and causes are what they were"
    );
    assert_eq!(
        fine("enqueue", store.enqueue(work(2), key, at(3))),
        Enqueued::Again(leased),
        "and so are keys"
    );
    change(&store, leased, &Change::Complete { fence }, 3)
        .expect("the queue was restarted and the worker was not; its lease holds");
}

#[test]
fn a_file_of_a_later_release_is_left_alone() {
    let folder = Folder::new();
    let id = enqueue(&folder.open(), work(3), 0);
    let raw = rusqlite::Connection::open(folder.file()).expect("it is a file of SQLite's");
    let version = |set: Option<i32>| -> i32 {
        if let Some(version) = set {
            raw.pragma_update(None, "user_version", version)
                .expect("it can be written");
        }
        raw.query_row("PRAGMA user_version", (), |row| row.get(0))
            .expect("it can be read")
    };
    let ours = version(None);
    assert!(
        ours > 0,
        "the steps that a file has been through are counted in `user_version`"
    );
    version(Some(ours + 1));
    assert!(
        SqliteStore::open(&folder.file()).is_err(),
        "a release that knows {ours} steps has opened a file that has been through one more"
    );
    assert_eq!(version(None), ours + 1, "and it has left it as it was");
    version(Some(ours));
    assert_eq!(find(&folder.open(), id).id(), id, "its own it opens");
}
