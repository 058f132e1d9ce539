//! Who gets a turn while somebody is called. A runtime of one thread, and a telephone that a test can keep ringing.

mod support;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use profiling::{Alarm, BadLine, Monitor, Pager, PagerError, Rules};
use support::MARCH;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};

/// How long to wait for what must happen. Only how soon a failure is told depends on it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to watch for what must not happen.
const WATCH: Duration = Duration::from_millis(100);

/// How many calls there may be at once.
const LINES: usize = 4;

/// A telephone. It rings until a test lets somebody answer.
#[derive(Clone)]
struct Phone {
    state: Arc<Mutex<State>>,
    changed: Arc<Condvar>,
    /// The thread of the runtime.
    runtime: ThreadId,
}

#[derive(Default)]
struct State {
    /// The probes for which it has rung, in order.
    begun: Vec<String>,
    /// How many calls there are now, and how many there were at most.
    now: usize,
    most: usize,
    /// Calls that kept the thread of the runtime.
    kept: usize,
    answered: bool,
    /// Also whoever is called for the probe `long`.
    long_too: bool,
}

impl Phone {
    /// Of a runtime on this thread.
    fn new() -> Self {
        Self {
            state: Arc::default(),
            changed: Arc::default(),
            runtime: thread::current().id(),
        }
    }

    fn answer(&self) {
        self.state().long_too = true;
        self.answer_all_but_long();
    }

    fn answer_all_but_long(&self) {
        self.state().answered = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begun(&self) -> Vec<String> {
        self.state().begun.clone()
    }

    /// Waits, as a task, until it has rung so often or the time is over. Returns how often it has.
    async fn rung(&self, times: usize, at_most: Duration) -> usize {
        let start = Instant::now();
        while self.state().begun.len() < times && start.elapsed() < at_most {
            sleep(Duration::from_millis(1)).await;
        }
        self.state().begun.len()
    }
}

impl Pager for Phone {
    fn call(&self, alarm: &Alarm) -> Result<(), PagerError> {
        let mut state = self.state();
        state.begun.push(alarm.probe.clone());
        state.now += 1;
        state.most = state.most.max(state.now);
        if thread::current().id() == self.runtime {
            // It would ring for ever: whoever could answer has no turn.
            state.kept += 1;
        } else {
            let is_long = alarm.probe == "long";
            let rings = |state: &mut State| !state.answered || is_long && !state.long_too;
            // Longer than a test waits, twice, for what this call must not keep from happening.
            let at_most = if is_long { 3 * PATIENCE } else { PATIENCE };
            let waited = self.changed.wait_timeout_while(state, at_most, rings);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.now -= 1;
        drop(state);
        match alarm.probe.as_str() {
            "broken" => panic!("the pager's library panics, and is meant to"),
            "nobody" => Err(PagerError),
            _ => Ok(()),
        }
    }
}

fn monitor(phone: &Phone) -> Arc<Monitor<Phone>> {
    let rules = Rules::new([("cold*", 100), ("*", 0)]);
    Arc::new(Monitor::new(rules, phone.clone()))
}

type Answer = JoinHandle<Result<usize, BadLine>>;

/// A batch with a reading of each of these probes, each too warm, in a task of its own.
fn send(monitor: &Arc<Monitor<Phone>>, probes: &[&str]) -> Answer {
    let lines = probes.iter().map(|probe| format!("{probe} {MARCH} 50\n"));
    let (monitor, text) = (Arc::clone(monitor), lines.collect::<String>());
    tokio::spawn(async move { monitor.receive(&text).await })
}

async fn answer(what: &str, batch: Answer) -> usize {
    timeout(PATIENCE, batch)
        .await
        .unwrap_or_else(|_| panic!("{what} is not answered within {PATIENCE:?}"))
        .unwrap_or_else(|error| panic!("{what} panicked: {error}"))
        .expect("lines of this file are readings")
}

#[tokio::test]
async fn others_have_their_turn_while_somebody_is_called() {
    let phone = Phone::new();
    let monitor = monitor(&phone);
    let batch = send(&monitor, &["warm"]);
    phone.rung(1, PATIENCE).await;
    let kept = phone.state().kept;
    assert_eq!(
        kept, 0,
        "the pager was called on the thread of the runtime. A call takes as long as the telephone rings; until it is over no \
         other task has a turn, no timer fires, and no batch is taken in"
    );
    // This very line is a turn of another task.
    let cold = answer("a batch of another gateway", send(&monitor, &["cold"])).await;
    assert_eq!(cold, 0, "nothing is too warm at the other gateway");
    assert!(
        !batch.is_finished(),
        "the first batch is answered when its call has been taken, and the telephone still rings"
    );
    phone.answer();
    assert_eq!(
        answer("the batch", batch).await,
        1,
        "one alarm, and somebody has answered"
    );
}

#[tokio::test]
async fn calls_of_a_batch_come_one_after_the_other() {
    let phone = Phone::new();
    let monitor = monitor(&phone);
    let batch = send(&monitor, &["c", "nobody", "a", "b"]);
    phone.rung(1, PATIENCE).await;
    let kept = phone.state().kept > 0;
    if !kept {
        phone.rung(2, WATCH).await;
        assert_eq!(
            phone.begun(),
            ["c"],
            "while the telephone rings for the first alarm of a batch, it does not ring for the next"
        );
    }
    phone.answer();
    assert_eq!(
        answer("the batch", batch).await,
        3,
        "of four calls one was not taken"
    );
    assert_eq!(
        phone.begun(),
        ["c", "nobody", "a", "b"],
        "the calls of a batch come in its order"
    );
}

#[tokio::test]
async fn four_are_called_at_once_and_no_more() {
    let phone = Phone::new();
    let monitor = monitor(&phone);
    let batches: Vec<Answer> = (0..10)
        .map(|n| send(&monitor, &[format!("warm-{n}").as_str()]))
        .collect();
    phone.rung(LINES, PATIENCE).await;
    phone.rung(LINES + 1, WATCH).await;
    let most = phone.state().most;
    assert_eq!(
        most, LINES,
        "ten batches had an alarm each, and nobody answered. There are {LINES} lines: so many must ring at the same time, and no more, \
         however many alarms there are (left: calls at once)"
    );
    phone.answer();
    for batch in batches {
        assert_eq!(answer("a batch", batch).await, 1, "its call was taken");
    }
    let most = phone.state().most;
    assert!(most <= LINES, "{most} calls at once, with {LINES} lines");
}

#[tokio::test]
async fn a_line_that_is_free_takes_the_next_batch() {
    let phone = Phone::new();
    let monitor = monitor(&phone);
    let long = send(&monitor, &["long"]);
    let batches: Vec<Answer> = (0..2 * LINES)
        .map(|n| send(&monitor, &[format!("warm-{n}").as_str()]))
        .collect();
    phone.rung(LINES, PATIENCE).await;
    phone.answer_all_but_long();
    let all = 1 + 2 * LINES;
    let rung = phone.rung(all, PATIENCE).await;
    phone.answer();
    assert_eq!(
        rung, all,
        "one telephone rings on and on, and the other lines are free. A batch takes whichever line is free first, and does not wait behind \
         the call of another (left: calls so far)"
    );
    for batch in batches.into_iter().chain([long]) {
        assert_eq!(answer("a batch", batch).await, 1, "its call was taken");
    }
}

#[test]
fn a_batch_that_waits_for_a_line_keeps_no_thread() {
    let threads = 2 * LINES;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .max_blocking_threads(threads)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let phone = Phone::new();
        let monitor = monitor(&phone);
        let batches: Vec<Answer> = (0..5 * LINES)
            .map(|n| send(&monitor, &[format!("warm-{n}").as_str()]))
            .collect();
        phone.rung(LINES, PATIENCE).await;
        let other = timeout(PATIENCE, spawn_blocking(|| ())).await;
        phone.answer();
        assert!(
            other.is_ok(),
            "{LINES} batches are called for, and others wait for a line. The runtime has {threads} threads for what blocks, and somebody who \
             wanted to read a file got none: a batch that waits for a line keeps a thread"
        );
        for batch in batches {
            assert_eq!(answer("a batch", batch).await, 1, "its call was taken");
        }
    });
}

#[tokio::test]
async fn who_sent_an_alarm_may_go_away() {
    let phone = Phone::new();
    let monitor = monitor(&phone);
    let batches: Vec<Answer> = (0..6)
        .map(|n| {
            send(
                &monitor,
                &[
                    format!("{n}-first").as_str(),
                    format!("{n}-second").as_str(),
                ],
            )
        })
        .collect();
    phone.rung(LINES, PATIENCE).await;
    // Two batches wait for a line, and nobody waits for their answers any more.
    batches.iter().for_each(JoinHandle::abort);
    for batch in batches {
        let _ = batch.await;
    }
    phone.answer();
    phone.rung(12, PATIENCE).await;
    let mut begun = phone.begun();
    begun.sort_unstable();
    let all: Vec<String> = (0..6)
        .flat_map(|n| [format!("{n}-first"), format!("{n}-second")])
        .collect();
    assert_eq!(
        begun, all,
        "six gateways sent two alarms each and hung up; it is as warm as before, so there have to be twelve calls"
    );
}

#[tokio::test]
async fn a_call_that_panics_is_one_that_was_not_taken() {
    let phone = Phone::new();
    phone.answer();
    let monitor = monitor(&phone);
    for round in 1..=LINES + 1 {
        let taken = answer("a batch", send(&monitor, &["a", "broken", "b"])).await;
        assert_eq!(
            taken, 2,
            "the pager's library panicked in the second of three calls, in round {round}. That call was not taken; the third one has to be made \
             all the same, and the line has to be free for the next batch"
        );
    }
}

#[tokio::test]
async fn a_batch_without_alarms_waits_for_no_line() {
    let phone = Phone::new();
    let monitor = monitor(&phone);
    let busy: Vec<Answer> = (0..LINES)
        .map(|n| send(&monitor, &[format!("warm-{n}").as_str()]))
        .collect();
    phone.rung(LINES, PATIENCE).await;
    let cold = answer("a cold batch", send(&monitor, &["cold"])).await;
    assert_eq!(cold, 0, "nothing is too warm");
    let bad = monitor.receive("no reading").await;
    assert_eq!(
        bad,
        Err(BadLine { number: 1 }),
        "a batch that is none is refused at once"
    );
    phone.answer();
    for batch in busy {
        assert_eq!(answer("a batch", batch).await, 1, "its call was taken");
    }
}
