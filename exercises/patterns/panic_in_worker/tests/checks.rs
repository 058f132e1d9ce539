//! What becomes of a pool whose jobs panic.

use std::num::NonZeroUsize;
use std::panic::panic_any;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use panic_in_worker::{Panicked, Pool, Ticket};
use probes::threads;

/// How long to wait for what must happen. Nothing depends on the figure but how soon a failure is
/// reported.
const PATIENCE: Duration = Duration::from_secs(5);

fn pool(name: &str, workers: usize) -> Pool {
    let workers = NonZeroUsize::new(workers).expect("a pool has workers");
    Pool::start(name, workers).expect("threads can be started")
}

/// What the job answers. If there is no answer, this fails and does not hang.
fn answer<T: Send + 'static>(job: &str, ticket: Ticket<T>) -> Result<T, Panicked> {
    let (done, answer) = mpsc::channel();
    thread::spawn(move || {
        let _ = done.send(ticket.wait());
    });
    match answer.recv_timeout(PATIENCE) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => {
            panic!("{job}: no answer in {PATIENCE:?}; is there a thread left to run it?")
        }
        Err(RecvTimeoutError::Disconnected) => panic!("{job}: `wait` panicked"),
    }
}

/// A gate that jobs wait at until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock().expect("no panic under the lock") = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        let open = self.0.0.lock().expect("no panic under the lock");
        let wait = self
            .0
            .1
            .wait_timeout_while(open, 2 * PATIENCE, |open| !*open);
        drop(wait.expect("no panic under the lock"));
    }
}

/// How many of so many jobs the pool runs at the same time: each waits until all are there.
fn seen_together(pool: &Pool, jobs: usize) -> usize {
    let meeting = Arc::new((Mutex::new((0, false)), Condvar::new()));
    let tickets: Vec<_> = (0..jobs)
        .map(|_| {
            let meeting = Arc::clone(&meeting);
            pool.submit(move || {
                let (here, all) = &*meeting;
                let mut now = here.lock().expect("no panic under the lock");
                now.0 += 1;
                all.notify_all();
                let wait = |now: &mut (usize, bool)| now.0 < jobs && !now.1;
                let (mut now, _) = all
                    .wait_timeout_while(now, PATIENCE / 2, wait)
                    .expect("no panic under the lock");
                let seen = now.0;
                // Whoever has waited in vain spares the others the wait.
                now.1 = true;
                now.0 -= usize::from(seen < jobs);
                all.notify_all();
                seen
            })
        })
        .collect();
    let seen = tickets.into_iter().map(|ticket| ticket.wait().unwrap_or(0));
    seen.max().unwrap_or(0)
}

fn assert_all_work(before: &str, pool: &Pool, name: &str, workers: usize) {
    let together = seen_together(pool, workers);
    assert_eq!(
        together, workers,
        "{before}; {workers} threads must run {workers} jobs at the same time, and so many were seen \
         together: {together}"
    );
    if let Ok(there) = threads::settle_named(name, workers) {
        assert_eq!(there, workers, "{before}; threads of the pool");
    }
}

#[test]
fn jobs_run_side_by_side_and_return_their_values() {
    let pool = pool("piw-values", 4);
    assert_all_work("no job has panicked", &pool, "piw-values", 4);
    let tickets: Vec<Ticket<usize>> = (0..100).map(|n| pool.submit(move || n * n)).collect();
    for (n, ticket) in tickets.into_iter().enumerate() {
        assert_eq!(
            answer("a job that returns a square", ticket),
            Ok(n * n),
            "each caller must get the value of its own job"
        );
    }
}

#[test]
fn a_panic_is_told_to_its_own_caller() {
    let pool = pool("piw-told", 4);
    let gate = Gate::default();
    let number = 17;
    let wait = gate.clone();
    let tickets = [
        pool.submit(move || {
            wait.wait();
            panic!("no such colour")
        }),
        pool.submit(move || panic!("image {number} is broken")),
        pool.submit(|| panic_any(404)),
        pool.submit(|| 5),
    ];
    gate.open();
    let told = |text: &str| {
        Err(Panicked {
            message: Some(text.to_owned()),
        })
    };
    let expected = [
        told("no such colour"),
        told("image 17 is broken"),
        Err(Panicked { message: None }),
        Ok(5),
    ];
    let jobs = [
        "a job that panics with a text",
        "a job that panics with a formatted text",
        "a job that panics with a number, which is no text",
        "a job that returns 5, behind three that panic",
    ];
    for ((job, ticket), expected) in jobs.into_iter().zip(tickets).zip(expected) {
        assert_eq!(
            answer(job, ticket),
            expected,
            "{job}: its caller must be told what the panic said, and nobody else"
        );
    }
}

#[test]
fn as_many_threads_as_before_after_panics() {
    let pool = pool("piw-after", 4);
    let gate = Gate::default();
    let tickets: Vec<Ticket<()>> = (0..20)
        .map(|_| {
            let gate = gate.clone();
            pool.submit(move || {
                gate.wait();
                panic!("this job panics, as the test wants it to")
            })
        })
        .collect();
    // Four run by now, or will; the others are in the queue, and no job comes after them.
    gate.open();
    for ticket in tickets {
        let ended = answer("one of 20 jobs that panic, for 4 threads", ticket);
        assert!(ended.is_err(), "the job has panicked");
    }
    assert_all_work("20 jobs have panicked", &pool, "piw-after", 4);
}

/// What a job returns, and is not easily got rid of.
struct Unhappy;

impl Drop for Unhappy {
    fn drop(&mut self) {
        assert!(
            thread::panicking(),
            "this value panics when it is dropped, as the test wants it to"
        );
    }
}

#[test]
fn a_value_that_nobody_takes_costs_no_thread() {
    let pool = pool("piw-nobody", 3);
    let gate = Gate::default();
    for _ in 0..6 {
        let gate = gate.clone();
        let ticket = pool.submit(move || {
            gate.wait();
            Unhappy
        });
        // The caller has gone before the job ends, so the pool is left with the value.
        drop(ticket);
    }
    gate.open();
    let before =
        "6 jobs were let go by their callers, and their values panicked when they were dropped";
    assert_eq!(
        answer(before, pool.submit(|| 1)),
        Ok(1),
        "{before}; the next job must run"
    );
    assert_all_work(before, &pool, "piw-nobody", 3);
}

#[test]
fn dropping_the_pool_runs_what_was_submitted() {
    let pool = pool("piw-drop", 2);
    let (gate, ran) = (Gate::default(), Arc::new(AtomicUsize::new(0)));
    for n in 0..50 {
        let (gate, ran) = (gate.clone(), Arc::clone(&ran));
        drop(pool.submit(move || {
            gate.wait();
            ran.fetch_add(1, Ordering::Relaxed);
            assert!(n % 3 != 0, "job {n} panics, as the test wants it to");
        }));
    }
    gate.open();
    let (done, dropped) = mpsc::channel();
    let dropping = thread::spawn(move || {
        drop(pool);
        let _ = done.send(());
    });
    match dropped.recv_timeout(PATIENCE) {
        Ok(()) => dropping.join().expect("it has reported already"),
        Err(RecvTimeoutError::Timeout) => {
            panic!("`drop` of the pool has not returned after {PATIENCE:?}")
        }
        Err(RecvTimeoutError::Disconnected) => {
            panic!(
                "`drop` of the pool panicked; while its owner unwinds, that would abort the process"
            )
        }
    }
    assert_eq!(
        ran.load(Ordering::Relaxed),
        50,
        "50 jobs were submitted to 2 threads, and every third panics; so many had run when `drop` returned"
    );
    if let Ok(left) = threads::settle_named("piw-drop", 0) {
        assert_eq!(left, 0, "threads of the pool after it was dropped");
    }
}
