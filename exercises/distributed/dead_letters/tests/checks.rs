//! What becomes of jobs, by a clock that is handed in.

use std::collections::BTreeMap;
use std::time::Duration;

use dead_letters::{Config, Dead, Delivery, Gone, Id, Queue, Reason, Receipt};

const fn sec(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const MS: Duration = Duration::from_millis(1);

/// A job is leased for 30 s, pauses for 10 s after a failure, and is handed out three times.
const CONFIG: Config = Config {
    lease: sec(30),
    pause: sec(10),
    attempts: 3,
};

fn queue(jobs: &[&'static str]) -> (Queue<&'static str>, Vec<Id>) {
    let mut queue = Queue::new(CONFIG);
    let ids = jobs.iter().map(|job| queue.push(*job, sec(0))).collect();
    (queue, ids)
}

#[track_caller]
fn receive(queue: &mut Queue<&'static str>, now: Duration) -> Delivery<&'static str> {
    queue.receive(now).expect("a job is ready at this moment")
}

/// Which job is handed out, for which time.
fn handed_out(queue: &mut Queue<&'static str>, now: Duration) -> Option<(&'static str, u32)> {
    let delivery = queue.receive(now)?;
    Some((delivery.job, delivery.attempt))
}

fn dead(id: Id, job: &'static str, reason: Reason) -> Dead<&'static str> {
    Dead { id, job, reason }
}

/// What each answer of a worker with this receipt comes to.
fn answers(
    queue: &mut Queue<&'static str>,
    receipt: Receipt,
    now: Duration,
) -> [Result<(), Gone>; 3] {
    [
        queue.extend(receipt, now),
        queue.fail(receipt, "too late", now),
        queue.ack(receipt, now),
    ]
}

#[test]
fn a_job_that_is_done_is_gone() {
    let (mut queue, ids) = queue(&["a", "b"]);
    let (first, second) = (receive(&mut queue, sec(1)), receive(&mut queue, sec(1)));
    assert_eq!(
        [(first.id, first.job), (second.id, second.job)],
        [(ids[0], "a"), (ids[1], "b")],
        "the job that has been ready for longest comes first, and of two the one that was pushed first"
    );
    assert_eq!(handed_out(&mut queue, sec(2)), None, "both are leased");
    assert_eq!(queue.ack(second.receipt, sec(3)), Ok(()));
    assert_eq!(queue.ack(first.receipt, sec(4)), Ok(()));
    assert_eq!(
        queue.ack(first.receipt, sec(4)),
        Err(Gone),
        "the worker has answered before"
    );
    assert_eq!(handed_out(&mut queue, sec(1_000)), None, "both are done");
    assert_eq!(queue.dead(sec(1_000)), []);
}

#[test]
fn a_lease_that_has_ended_frees_the_job() {
    let (mut queue, _) = queue(&["a"]);
    receive(&mut queue, sec(0));
    assert_eq!(
        handed_out(&mut queue, sec(30) - MS),
        None,
        "leased for 30 s"
    );
    assert_eq!(
        handed_out(&mut queue, sec(30)),
        Some(("a", 2)),
        "nothing was heard of the worker for 30 s, so another one gets the job, and this is the second time"
    );
}

#[test]
fn a_lease_can_be_extended() {
    let (mut queue, _) = queue(&["a"]);
    let delivery = receive(&mut queue, sec(0));
    assert_eq!(queue.extend(delivery.receipt, sec(29)), Ok(()));
    assert_eq!(queue.extend(delivery.receipt, sec(50)), Ok(()));
    assert_eq!(
        handed_out(&mut queue, sec(80) - MS),
        None,
        "extended at 50 s, so leased until 80 s"
    );
    assert_eq!(handed_out(&mut queue, sec(80)), Some(("a", 2)));
}

#[test]
fn a_job_that_failed_lets_others_go_first() {
    let (mut queue, _) = queue(&["poison", "b", "c"]);
    let delivery = receive(&mut queue, sec(0));
    assert_eq!(queue.fail(delivery.receipt, "no such font", sec(1)), Ok(()));
    assert_eq!(
        handed_out(&mut queue, sec(1)),
        Some(("b", 1)),
        "a job that has failed pauses for 10 s; ahead of the others it would keep the worker busy with failing"
    );
    assert_eq!(handed_out(&mut queue, sec(2)), Some(("c", 1)));
    assert_eq!(handed_out(&mut queue, sec(11) - MS), None, "it pauses");
    assert_eq!(handed_out(&mut queue, sec(11)), Some(("poison", 2)));
}

#[test]
fn what_has_been_ready_for_longest_comes_first() {
    let (mut queue, _) = queue(&["a", "b"]);
    receive(&mut queue, sec(0));
    let failed = receive(&mut queue, sec(5));
    assert_eq!(queue.fail(failed.receipt, "disk full", sec(15)), Ok(()));
    queue.push("c", sec(28));
    assert_eq!(
        [(); 4].map(|()| handed_out(&mut queue, sec(40))),
        [Some(("b", 2)), Some(("c", 1)), Some(("a", 2)), None],
        "ready since: `b` 25 s, the end of its pause; `c` 28 s; `a` 30 s, the end of its lease"
    );
}

#[test]
fn a_job_that_kills_its_workers_is_set_aside() {
    let (mut queue, ids) = queue(&["poison"]);
    for attempt in 1..=3 {
        assert_eq!(
            handed_out(&mut queue, sec(30 * u64::from(attempt - 1))),
            Some(("poison", attempt)),
            "each worker so far has died without a word"
        );
    }
    assert_eq!(queue.dead(sec(90) - MS), [], "the third lease is running");
    assert_eq!(
        handed_out(&mut queue, sec(90)),
        None,
        "three workers had it and none answered: a fourth would go the same way. A worker that dies can't report a \
         failure, so a count of reports never ends"
    );
    let expected = [dead(ids[0], "poison", Reason::Silent)];
    assert_eq!(queue.dead(sec(90)), expected, "set aside, and to be seen");
}

#[test]
fn the_dead_are_seen_although_nobody_asks_for_work() {
    let (mut queue, ids) = queue(&["poison"]);
    for attempt in 0..3 {
        receive(&mut queue, sec(30 * attempt));
    }
    queue.push("b", sec(61));
    assert_eq!(
        queue.dead(sec(90)),
        [dead(ids[0], "poison", Reason::Silent)],
        "its last lease has ended. No worker has asked for a job since, as happens when all of them are dead"
    );
    assert!(
        queue.redrive(ids[0], sec(91)),
        "what is to be seen can be given another chance"
    );
    assert_eq!(handed_out(&mut queue, sec(92)), Some(("b", 1)));
    assert_eq!(handed_out(&mut queue, sec(92)), Some(("poison", 1)));
}

#[test]
fn the_last_failure_is_told() {
    let (mut queue, ids) = queue(&["b", "a"]);
    for (attempt, why) in ["no route", "no route", "no such font"]
        .into_iter()
        .enumerate()
    {
        let now = sec(10 * attempt as u64);
        let delivery = receive(&mut queue, now);
        assert_eq!((delivery.job, delivery.attempt), ("b", attempt as u32 + 1));
        if attempt == 0 {
            // Out of the way, and in time.
            let other = receive(&mut queue, now);
            assert_eq!(queue.ack(other.receipt, now), Ok(()));
        }
        assert_eq!(queue.fail(delivery.receipt, why, now), Ok(()));
    }
    assert_eq!(
        queue.dead(sec(20)),
        [dead(ids[0], "b", Reason::Failed("no such font".to_owned()))],
        "set aside with its third failure, at once, and with the last reason"
    );
    assert_eq!(handed_out(&mut queue, sec(1_000)), None);
}

#[test]
fn the_last_attempt_may_succeed() {
    let (mut queue, _) = queue(&["a"]);
    receive(&mut queue, sec(0));
    receive(&mut queue, sec(30));
    let third = receive(&mut queue, sec(60));
    assert_eq!(queue.ack(third.receipt, sec(90) - MS), Ok(()));
    assert_eq!(
        queue.dead(sec(90)),
        [],
        "done in time, with the last attempt"
    );
}

#[test]
fn a_worker_that_is_late_has_no_say() {
    let (mut queue, _) = queue(&["a"]);
    let late = receive(&mut queue, sec(0)).receipt;
    assert_eq!(
        answers(&mut queue, late, sec(30)),
        [Err(Gone); 3],
        "its lease ended at 30 s. It has to know: what it did may be done again"
    );
    let current = receive(&mut queue, sec(31));
    assert_eq!(
        answers(&mut queue, late, sec(32)),
        [Err(Gone); 3],
        "another worker has the job now; an answer of the one before must not be taken for that worker's"
    );
    assert_eq!(
        queue.ack(current.receipt, sec(33)),
        Ok(()),
        "the worker that has the job is not disturbed by one that is late"
    );
}

#[test]
fn a_second_chance_is_a_whole_one() {
    let (mut queue, ids) = queue(&["poison", "b"]);
    let mut delivery = receive(&mut queue, sec(0));
    let other = receive(&mut queue, sec(0));
    for now in [sec(0), sec(10)] {
        assert_eq!(queue.fail(delivery.receipt, "no such font", now), Ok(()));
        assert!(
            !queue.redrive(ids[0], now),
            "it pauses, and is not set aside"
        );
        delivery = receive(&mut queue, now + sec(10));
    }
    let before = delivery.receipt;
    assert_eq!(queue.fail(before, "no such font", sec(20)), Ok(()));
    assert_eq!(queue.fail(other.receipt, "no route", sec(20)), Ok(()));

    assert!(queue.redrive(ids[0], sec(40)), "it is set aside");
    assert!(!queue.redrive(ids[0], sec(40)), "it is set aside no more");
    assert_eq!(queue.dead(sec(40)), []);
    assert_eq!(
        handed_out(&mut queue, sec(40)),
        Some(("b", 2)),
        "ready since 30 s, and the other one since 40 s"
    );
    let again = receive(&mut queue, sec(40));
    assert_eq!(
        (again.id, again.job, again.attempt),
        (ids[0], "poison", 1),
        "as if it were new: with all its attempts, or the next failure would be its last"
    );
    assert_eq!(
        answers(&mut queue, before, sec(41)),
        [Err(Gone); 3],
        "that receipt is of a delivery before the job was set aside"
    );
}

/// Three workers, twenty jobs, and no luck: workers die, are late, fail, and succeed.
#[test]
fn whatever_workers_do_each_job_is_done_or_set_aside() {
    for seed in 1..=200_u64 {
        let mut random = seed;
        let mut below = |n: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % n
        };
        let mut queue = Queue::new(CONFIG);
        let mut given: BTreeMap<Id, (u32, bool)> = BTreeMap::new();
        for job in 0..20 {
            let id = queue.push(job, sec(job));
            given.insert(id, (0, false));
        }
        let mut now = sec(0);
        let mut at_work: Vec<(Delivery<u64>, Duration)> = Vec::new();
        while now < sec(4_000) {
            now += sec(below(8));
            if at_work.len() < 3 {
                if let Some(delivery) = queue.receive(now) {
                    let (attempts, done) = given.get_mut(&delivery.id).expect("a job of ours");
                    *attempts += 1;
                    assert_eq!(
                        delivery.attempt, *attempts,
                        "seed {seed}: {:?}",
                        delivery.id
                    );
                    assert!(
                        *attempts <= 3,
                        "seed {seed}: {:?} for the fourth time",
                        delivery.id
                    );
                    assert!(!*done, "seed {seed}: {:?} was done before", delivery.id);
                    at_work.push((delivery, now + sec(30)));
                }
            } else {
                let (delivery, until) = at_work.remove(below(3) as usize);
                // The first job is one that nobody survives.
                let answer = match below(4) {
                    _ if delivery.job == 0 => continue,
                    0 => continue,
                    1 => queue.fail(delivery.receipt, "no route", now),
                    _ => queue.ack(delivery.receipt, now).inspect(|()| {
                        given.get_mut(&delivery.id).expect("a job of ours").1 = true;
                    }),
                };
                assert_eq!(
                    answer.is_ok(),
                    now < until,
                    "seed {seed}: at {now:?}, a lease until {until:?} of {:?}",
                    delivery.id
                );
            }
        }
        let dead: Vec<Id> = queue.dead(now).into_iter().map(|dead| dead.id).collect();
        let not_done: Vec<Id> = given
            .iter()
            .filter_map(|(id, (_, done))| (!done).then_some(*id))
            .collect();
        assert_eq!(
            dead, not_done,
            "seed {seed}: after more than an hour each job is done, or set aside"
        );
    }
}
