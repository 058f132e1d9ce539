//! Stage 2: a queue with a bound, and what happens at it.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, OnceLock};
use std::thread;

use support::{A_WHILE, PATIENCE, builder, drop_and_count, eventually, hold, within};
use workerpool::{Pool, Reason};

fn bounded(name: &str, workers: usize, places: usize) -> Pool {
    builder(name, workers)
        .queue(NonZeroUsize::new(places).expect("a queue has places"))
        .start()
        .expect("threads start")
}

/// Gives jobs that do nothing until none is taken, and says how many were.
fn fill(pool: &Pool) -> usize {
    (0..1000)
        .take_while(|_| pool.try_execute(|| {}).is_ok())
        .count()
}

#[test]
fn a_full_queue_refuses_who_does_not_wait() {
    let pool = bounded("wp-full", 2, 3);
    let gate = hold(&pool, 2);
    assert_eq!(
        fill(&pool),
        3,
        "both workers are busy and the queue has 3 places; jobs that `try_execute` has placed"
    );
    let (tell, told) = mpsc::channel();
    let refused = pool
        .try_execute(move || tell.send(7).expect("the test listens"))
        .expect_err("the queue is full");
    assert_eq!(refused.reason, Reason::Full, "why a full queue refuses");
    (refused.job)();
    assert_eq!(
        told.recv(),
        Ok(7),
        "the job that was refused is the one that comes back"
    );
    gate.open();
    eventually("the gate is open, so there are places again", || {
        pool.try_execute(|| {}).is_ok()
    });
    drop_and_count(pool, "wp-full");
}

#[test]
fn the_figures_are_those_of_the_moment() {
    let pool = bounded("wp-stats", 2, 8);
    let stats = pool.stats();
    assert_eq!(
        (stats.waiting, stats.running),
        (0, 0),
        "(waiting, running) in a new pool"
    );
    let gate = hold(&pool, 2);
    for _ in 0..5 {
        pool.execute(|| {}).expect("there are places");
    }
    let stats = pool.stats();
    assert_eq!(
        (stats.waiting, stats.running),
        (5, 2),
        "(waiting, running) with two jobs at a gate and five behind them"
    );
    gate.open();
    eventually("all jobs have ended, so nothing waits or runs", || {
        let stats = pool.stats();
        (stats.waiting, stats.running) == (0, 0)
    });
}

#[test]
fn who_gives_too_much_waits() {
    let pool = Arc::new(bounded("wp-wait", 1, 2));
    let gate = hold(&pool, 1);
    let given = Arc::new(AtomicUsize::new(0));
    let ran = Arc::new(AtomicUsize::new(0));
    let giver = thread::spawn({
        let (pool, given, ran) = (Arc::clone(&pool), Arc::clone(&given), Arc::clone(&ran));
        move || {
            for _ in 0..10 {
                let ran = Arc::clone(&ran);
                let job = move || {
                    ran.fetch_add(1, Ordering::SeqCst);
                };
                pool.execute(job).expect("the pool is open");
                given.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    eventually("the two places can be taken at once", || {
        given.load(Ordering::SeqCst) >= 2
    });
    thread::sleep(A_WHILE);
    assert_eq!(
        given.load(Ordering::SeqCst),
        2,
        "the only worker is held and the queue has 2 places; `execute` must have returned so many times, and wait now"
    );
    gate.open();
    within(
        "the worker is free, so the giver must get its places",
        move || giver.join(),
    )
    .expect("the giver does not panic");
    eventually("all 10 jobs run", || ran.load(Ordering::SeqCst) == 10);
}

#[test]
fn a_close_is_an_answer_to_who_waits() {
    let pool = Arc::new(bounded("wp-told", 1, 1));
    let gate = hold(&pool, 1);
    assert_eq!(fill(&pool), 1, "places of a queue of one");
    let (about_to, is_about_to) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    let givers: Vec<_> = (0..3)
        .map(|_| {
            let (pool, about_to, tell) = (Arc::clone(&pool), about_to.clone(), tell.clone());
            thread::spawn(move || {
                let _ = about_to.send(());
                let answer = pool.execute(|| {}).map_err(|refused| refused.reason);
                let _ = tell.send(answer);
            })
        })
        .collect();
    for _ in 0..3 {
        is_about_to.recv().expect("the giver runs");
    }
    thread::sleep(A_WHILE);
    pool.close();
    for _ in 0..3 {
        assert_eq!(
            told.recv_timeout(PATIENCE),
            Ok(Err(Reason::Closed)),
            "three callers wait for a place, and the pool is closed: each must be told, although the worker is \
             still busy"
        );
    }
    gate.open();
    for giver in givers {
        giver.join().expect("it has reported already");
    }
}

#[test]
fn a_job_never_waits_for_its_own_pool() {
    let pool = Arc::new(bounded("wp-own", 2, 2));
    let gate = hold(&pool, 2);
    let (tell, told) = mpsc::channel();
    for _ in 0..2 {
        let (inside, tell) = (Arc::clone(&pool), tell.clone());
        let job = move || {
            // Two jobs at once that each give four: more than fit.
            let answers: Vec<_> = (0..4)
                .map(|_| inside.execute(|| {}).map_err(|refused| refused.reason))
                .collect();
            drop(inside);
            let _ = tell.send(answers);
        };
        pool.execute(job).expect("there are places");
    }
    gate.open();
    for _ in 0..2 {
        let answers = told.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            panic!("all workers run jobs that give jobs to their own full queue, and nobody is left to make a place")
        });
        let odd = answers
            .iter()
            .find(|answer| !matches!(answer, Ok(()) | Err(Reason::Full)));
        assert_eq!(
            odd, None,
            "a job that gives jobs to its own pool has them taken, or refused as `Full`"
        );
    }
    // Another pool's job is a stranger, and waits.
    let other = bounded("wp-other", 1, 1);
    let held = hold(&pool, 2);
    fill(&pool);
    let stranger = Arc::new(OnceLock::new());
    let (answer, inside) = (Arc::clone(&stranger), Arc::clone(&pool));
    let job = move || {
        let _ = answer.set(inside.execute(|| {}).map_err(|refused| refused.reason));
    };
    other.execute(job).expect("there are places");
    thread::sleep(A_WHILE);
    assert_eq!(
        stranger.get(),
        None,
        "a job of another pool gives a job to a full queue, and must wait"
    );
    held.open();
    drop_and_count(other, "wp-other");
    assert_eq!(
        stranger.get(),
        Some(&Ok(())),
        "what the stranger was told when there was a place"
    );
}
