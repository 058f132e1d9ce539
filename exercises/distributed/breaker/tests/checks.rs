//! What a circuit breaker does with calls, in virtual time and with a dependency that answers on cue.

use std::future::poll_fn;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use breaker::{Breaker, CallError, Settings, State};
use tokio::time::advance;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const COOL_DOWN: Duration = Duration::from_secs(10);
const CALL_LIMIT: Duration = Duration::from_secs(30);

type Answer = Result<u32, &'static str>;
type Outcome = Result<u32, CallError<&'static str>>;

/// Opens after three failures in a row, for 10 s; calls may take 30 s.
fn breaker() -> Breaker {
    Breaker::new(Settings {
        failures: NonZeroU32::new(3).unwrap(),
        cool_down: COOL_DOWN,
        call_limit: CALL_LIMIT,
    })
}

/// A call through the breaker. The dependency answers when the test says so; dropping this drops the
/// call. The box asks for `Send`, as `tokio::spawn` would: no lock is held while a call waits.
struct Call<'a> {
    started: Arc<AtomicBool>,
    answer: Arc<Mutex<Option<Answer>>>,
    future: Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>,
    outcome: Option<Outcome>,
}

impl<'a> Call<'a> {
    /// Begins a call: from here on it is in flight or it has been refused.
    fn begin(breaker: &'a Breaker) -> Self {
        let started = Arc::new(AtomicBool::new(false));
        let answer = Arc::new(Mutex::new(None::<Answer>));
        let (dependency_started, dependency_answer) = (started.clone(), answer.clone());
        let future = Box::pin(breaker.call(move || {
            dependency_started.store(true, Ordering::Relaxed);
            poll_fn(move |_| match dependency_answer.lock().unwrap().take() {
                Some(answer) => Poll::Ready(answer),
                None => Poll::Pending,
            })
        }));
        let mut call = Self {
            started,
            answer,
            future,
            outcome: None,
        };
        call.look();
        call
    }

    /// How the call has ended, if it has.
    fn look(&mut self) -> Option<&Outcome> {
        if self.outcome.is_none() {
            let mut context = Context::from_waker(Waker::noop());
            if let Poll::Ready(outcome) = self.future.as_mut().poll(&mut context) {
                self.outcome = Some(outcome);
            }
        }
        self.outcome.as_ref()
    }

    fn went_through(&self) -> bool {
        let started = self.started.load(Ordering::Relaxed);
        assert_eq!(
            self.outcome == Some(Err(CallError::Refused)),
            !started,
            "a call is refused, or it starts its operation: never both and never neither"
        );
        started
    }

    /// The dependency answers, and the caller gets that answer.
    #[track_caller]
    fn end(mut self, answer: Answer) {
        *self.answer.lock().unwrap() = Some(answer);
        self.look();
        assert_eq!(
            self.outcome,
            Some(answer.map_err(CallError::Failed)),
            "the dependency has answered {answer:?}, so the call returns that at once"
        );
    }
}

#[track_caller]
fn succeed(breaker: &Breaker) {
    let call = Call::begin(breaker);
    assert!(call.went_through(), "this call was due to go through");
    call.end(Ok(7));
}

#[track_caller]
fn fail(breaker: &Breaker) {
    let call = Call::begin(breaker);
    assert!(call.went_through(), "this call was due to go through");
    call.end(Err("no route"));
}

#[track_caller]
fn open(breaker: &Breaker) {
    for _ in 0..3 {
        fail(breaker);
    }
    assert_eq!(
        breaker.state(),
        State::Open,
        "after three failures in a row"
    );
}

/// Begins `n` calls at one moment and says how many went through.
fn storm<'a>(breaker: &'a Breaker, n: usize) -> (Vec<Call<'a>>, usize) {
    let calls: Vec<_> = (0..n).map(|_| Call::begin(breaker)).collect();
    let through = calls.iter().filter(|call| call.went_through()).count();
    (calls, through)
}

#[tokio::test(start_paused = true)]
async fn enough_failures_in_a_row_open_the_circuit() {
    let breaker = breaker();
    fail(&breaker);
    fail(&breaker);
    assert_eq!(breaker.state(), State::Closed, "two failures of three");
    fail(&breaker);
    assert_eq!(breaker.state(), State::Open, "three failures of three");

    let (_calls, through) = storm(&breaker, 5);
    assert_eq!(
        through, 0,
        "calls at the moment of opening; none may touch the dependency"
    );
    advance(COOL_DOWN - MS).await;
    let (_calls, through) = storm(&breaker, 5);
    assert_eq!(through, 0, "calls 1 ms before the end of the cool-down");
    advance(MS).await;
    assert_eq!(
        breaker.state(),
        State::HalfOpen,
        "10 s after opening, the cool-down of 10 s is over"
    );
}

#[tokio::test(start_paused = true)]
async fn a_success_starts_the_count_again() {
    let breaker = breaker();
    for round in 1..=3 {
        for answer in [Err("no route"), Err("no route"), Ok(7)] {
            let call = Call::begin(&breaker);
            assert!(
                call.went_through(),
                "round {round} of failure, failure, success: a call was refused, \
                 although there never were three failures in a row"
            );
            call.end(answer);
        }
    }
    open(&breaker);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_says_nothing_about_the_dependency() {
    let breaker = breaker();
    fail(&breaker);
    fail(&breaker);
    for n in 1..=5 {
        drop(Call::begin(&breaker));
        assert_eq!(
            breaker.state(),
            State::Closed,
            "two failures, then {n} callers that went away: going away is no third failure"
        );
    }
    fail(&breaker);
    assert_eq!(
        breaker.state(),
        State::Open,
        "two failures, five callers that went away, a failure: \
         three in a row, since going away is no success either"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_run_side_by_side_while_closed() {
    let breaker = breaker();
    let (calls, through) = storm(&breaker, 20);
    assert_eq!(
        through, 20,
        "calls through a closed circuit at one moment; none waits for another"
    );
    for call in calls.into_iter().rev() {
        call.end(Ok(1));
    }
    assert_eq!(breaker.state(), State::Closed, "after 20 successes");
}

#[tokio::test(start_paused = true)]
async fn a_call_over_its_limit_has_failed() {
    let breaker = breaker();
    let (mut calls, _) = storm(&breaker, 3);
    advance(CALL_LIMIT - MS).await;
    assert!(
        calls.iter_mut().all(|call| call.look().is_none()),
        "1 ms before their limit of 30 s, calls without an answer are in flight"
    );
    advance(MS).await;
    for call in &mut calls {
        assert_eq!(
            call.look(),
            Some(&Err(CallError::TimedOut)),
            "a call without an answer after its limit of 30 s"
        );
        assert_eq!(
            Arc::strong_count(&call.answer),
            1,
            "holders of the answer's slot after the time-out; the operation is dropped, \
             so the test is the only one"
        );
    }
    assert_eq!(
        breaker.state(),
        State::Open,
        "three calls in a row that timed out: no answer is a failure"
    );
}

#[tokio::test(start_paused = true)]
async fn half_open_lets_one_probe_through() {
    let breaker = breaker();
    open(&breaker);
    advance(COOL_DOWN).await;

    let (_calls, through) = storm(&breaker, 50);
    assert_eq!(
        through, 1,
        "of 50 callers at the end of the cool-down; a dependency that has barely come back gets one \
         probe, not all of them"
    );
    advance(CALL_LIMIT - MS).await;
    let (_more, through) = storm(&breaker, 50);
    assert_eq!(
        (through, breaker.state()),
        (0, State::HalfOpen),
        "50 callers more while the probe is in flight"
    );
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_succeeds_closes_with_a_fresh_count() {
    let breaker = breaker();
    open(&breaker);
    advance(COOL_DOWN).await;
    succeed(&breaker);
    assert_eq!(breaker.state(), State::Closed, "after the probe's success");

    fail(&breaker);
    fail(&breaker);
    assert_eq!(
        breaker.state(),
        State::Closed,
        "two failures after closing; those from before the circuit opened are settled"
    );
    let (_calls, through) = storm(&breaker, 20);
    assert_eq!(through, 20, "calls through a circuit that has closed again");
    fail(&breaker);
    assert_eq!(breaker.state(), State::Open, "the third after closing");
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_starts_a_new_cool_down() {
    let breaker = breaker();
    open(&breaker);
    advance(COOL_DOWN).await;
    let slow = Call::begin(&breaker);
    advance(5 * SECOND).await;
    slow.end(Err("still down"));
    assert_eq!(
        breaker.state(),
        State::Open,
        "one failure of the probe is enough"
    );
    advance(COOL_DOWN - MS).await;
    assert_eq!(
        storm(&breaker, 5).1,
        0,
        "calls let through 1 ms before 10 s have passed since the probe failed; \
         the cool-down runs from its failure"
    );
    advance(MS).await;

    // The next probe hangs.
    let mut hanging = Call::begin(&breaker);
    assert!(
        hanging.went_through(),
        "10 s after the first probe failed, the next caller is the second"
    );
    advance(CALL_LIMIT).await;
    assert_eq!(
        hanging.look(),
        Some(&Err(CallError::TimedOut)),
        "a probe without an answer after its limit of 30 s; only the limit ends that"
    );
    assert_eq!(
        breaker.state(),
        State::Open,
        "a probe that timed out has failed"
    );
    advance(COOL_DOWN).await;
    assert_eq!(storm(&breaker, 5).1, 1, "the third probe");
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_was_dropped_gives_its_place_back() {
    let breaker = breaker();
    open(&breaker);
    advance(COOL_DOWN).await;
    for n in 1..=3 {
        let probe = Call::begin(&breaker);
        assert!(
            probe.went_through(),
            "caller {n}: nobody is probing, the probe before went away without a result; \
             a breaker that waits for it refuses for ever"
        );
        assert_eq!(storm(&breaker, 5).1, 0, "calls beside probe {n}");
        drop(probe);
    }
    assert_eq!(
        breaker.state(),
        State::HalfOpen,
        "no probe had a result, and the cool-down is over"
    );
    succeed(&breaker);
    assert_eq!(breaker.state(), State::Closed, "the fourth probe succeeded");
}

#[tokio::test(start_paused = true)]
async fn a_late_success_closes_nothing() {
    let breaker = breaker();
    let (mut early, _) = storm(&breaker, 2);
    open(&breaker);
    early.remove(0).end(Ok(1));
    assert_eq!(
        breaker.state(),
        State::Open,
        "a success of a call begun before the circuit opened is old news"
    );

    advance(COOL_DOWN).await;
    let probe = Call::begin(&breaker);
    early.remove(0).end(Ok(2));
    assert_eq!(
        (breaker.state(), storm(&breaker, 5).1),
        (State::HalfOpen, 0),
        "a late success while the probe is in flight: the probe decides, and nobody else goes through"
    );
    probe.end(Err("still down"));
    assert_eq!(breaker.state(), State::Open, "the probe has failed");
}

#[tokio::test(start_paused = true)]
async fn a_late_failure_is_not_counted() {
    let breaker = breaker();
    let (mut early, _) = storm(&breaker, 6);
    let mut late_failure = || early.remove(0).end(Err("reset"));
    open(&breaker);

    advance(5 * SECOND).await;
    late_failure();
    advance(5 * SECOND).await;
    assert_eq!(
        breaker.state(),
        State::HalfOpen,
        "a failure of a call begun before the circuit opened does not prolong the cool-down"
    );

    let probe = Call::begin(&breaker);
    late_failure();
    assert_eq!(
        breaker.state(),
        State::HalfOpen,
        "a late failure beside the probe: the probe decides"
    );
    probe.end(Ok(1));

    for _ in 0..4 {
        late_failure();
    }
    assert_eq!(
        breaker.state(),
        State::Closed,
        "four failures of calls begun before the circuit opened say nothing about it now"
    );
}

#[tokio::test(start_paused = true)]
async fn a_late_call_that_is_dropped_leaves_the_probe_alone() {
    let breaker = breaker();
    let (early, _) = storm(&breaker, 3);
    open(&breaker);
    advance(COOL_DOWN).await;
    let probe = Call::begin(&breaker);
    drop(early);
    assert_eq!(
        storm(&breaker, 5).1,
        0,
        "calls beside a probe in flight, after three calls from before the opening were dropped: \
         they never had the probe's place, so they cannot give it back"
    );
    probe.end(Ok(1));
    assert_eq!(breaker.state(), State::Closed, "the probe succeeded");
}

/// A linear congruential generator: the same seed gives the same story on each machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_probes_are_alone_and_the_circuit_recovers() {
    for seed in 1..=100 {
        a_random_story(seed).await;
    }
}

/// Random calls, answers, drops and waits. Each step is checked against what the breaker itself said
/// before it, so this holds for every correct design.
async fn a_random_story(seed: u64) {
    let mut dice = Dice(seed);
    let breaker = Breaker::new(Settings {
        failures: NonZeroU32::new(2).unwrap(),
        cool_down: COOL_DOWN,
        call_limit: Duration::from_secs(1_000_000),
    });
    // Calls in flight, each with whether it is a probe.
    let mut calls: Vec<(Call, bool)> = Vec::new();
    let mut story = String::new();
    for _ in 0..100 {
        // Polling by hand uses up the task's budget; a new turn brings a new one.
        tokio::task::yield_now().await;
        let before = breaker.state();
        let probing = calls.iter().any(|(_, probe)| *probe);
        let step = dice.below(14);
        // What an answer said in this step: whether it was a success, and whether the probe's.
        let told = match step {
            0..6 => {
                let call = Call::begin(&breaker);
                let through = call.went_through();
                let expected = match before {
                    State::Closed => true,
                    State::Open => false,
                    State::HalfOpen => !probing,
                };
                story += if through { " call" } else { " refused" };
                assert_eq!(
                    through, expected,
                    "seed {seed}: does a call go through ({before:?}, probe in flight: {probing})? \
                     So far:{story}"
                );
                if through {
                    calls.push((call, before == State::HalfOpen));
                }
                None
            }
            6..10 if !calls.is_empty() => {
                let (call, probe) = calls.remove(dice.below(calls.len()));
                let answer = if step < 8 { Ok(1) } else { Err("down") };
                story += match (answer, probe) {
                    (Ok(_), false) => " success",
                    (Ok(_), true) => " probe-success",
                    (Err(_), false) => " failure",
                    (Err(_), true) => " probe-failure",
                };
                let told = (answer.is_ok(), probe);
                call.end(answer);
                Some(told)
            }
            10..12 if !calls.is_empty() => {
                let (call, probe) = calls.remove(dice.below(calls.len()));
                story += if probe { " probe-dropped" } else { " dropped" };
                drop(call);
                None
            }
            _ => {
                story += " 5s";
                advance(COOL_DOWN / 2).await;
                None
            }
        };
        let after = breaker.state();
        let allowed = match (before, after) {
            (before, after) if before == after => true,
            (State::Closed, State::Open) => matches!(told, Some((false, false))),
            (State::Open, State::HalfOpen) => story.ends_with(" 5s"),
            (State::HalfOpen, State::Closed) => told == Some((true, true)),
            (State::HalfOpen, State::Open) => told == Some((false, true)),
            _ => false,
        };
        assert!(
            allowed,
            "seed {seed}: the last step must not lead from {before:?} to {after:?}. So far:{story}"
        );
    }

    calls.clear();
    advance(COOL_DOWN).await;
    let call = Call::begin(&breaker);
    assert!(
        call.went_through(),
        "seed {seed}: all calls are gone and a cool-down has passed, so a call goes through. \
         After:{story}"
    );
    call.end(Ok(1));
    let mut failures = 0;
    while breaker.state() == State::Closed && failures < 5 {
        fail(&breaker);
        failures += 1;
    }
    assert_eq!(
        failures, 2,
        "seed {seed}: failures until the circuit opens, after a success. Before:{story}"
    );
}
