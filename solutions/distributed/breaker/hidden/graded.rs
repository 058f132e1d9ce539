//! Random stories compared with a model, and callers on several threads.

use std::future::poll_fn;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use breaker::{Breaker, CallError, Settings, State};
use tokio::time::advance;

type Answer = Result<u32, &'static str>;
type Outcome = Result<u32, CallError<&'static str>>;

struct Call<'a> {
    started: Arc<AtomicBool>,
    answer: Arc<Mutex<Option<Answer>>>,
    future: Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>,
}

impl<'a> Call<'a> {
    fn begin(breaker: &'a Breaker) -> (Self, Option<Outcome>) {
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
        };
        let outcome = call.look();
        (call, outcome)
    }

    fn look(&mut self) -> Option<Outcome> {
        let mut context = Context::from_waker(Waker::noop());
        match self.future.as_mut().poll(&mut context) {
            Poll::Ready(outcome) => Some(outcome),
            Poll::Pending => None,
        }
    }

    fn end(mut self, answer: Answer) -> Outcome {
        *self.answer.lock().unwrap() = Some(answer);
        self.look()
            .expect("the dependency has answered, so its call must return at once")
    }
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// The breaker as a table: one thread, whole milliseconds, and calls that are numbers.
struct Model {
    failures_to_open: u32,
    cool_down: u64,
    call_limit: u64,
    now: u64,
    failures: u32,
    opened: Option<u64>,
    probing: bool,
    /// How often the circuit has opened or closed.
    changes: u32,
    calls: Vec<ModelCall>,
}

#[derive(Clone, Copy)]
struct ModelCall {
    begun: u64,
    changes: u32,
    probe: bool,
}

impl Model {
    fn state(&self) -> State {
        match self.opened {
            None => State::Closed,
            Some(opened) if self.now - opened < self.cool_down => State::Open,
            Some(_) => State::HalfOpen,
        }
    }

    fn begin(&mut self) -> bool {
        let probe = match self.state() {
            State::Closed => false,
            State::HalfOpen if !self.probing => true,
            State::Open | State::HalfOpen => return false,
        };
        self.probing |= probe;
        self.calls.push(ModelCall {
            begun: self.now,
            changes: self.changes,
            probe,
        });
        true
    }

    fn end(&mut self, index: usize, ending: Option<bool>) {
        let call = self.calls.remove(index);
        self.probing &= !call.probe;
        if call.changes != self.changes {
            return;
        }
        match ending {
            None => {}
            Some(true) => {
                self.failures = 0;
                if call.probe {
                    self.opened = None;
                    self.changes += 1;
                }
            }
            Some(false) => {
                self.failures += 1;
                if call.probe || self.failures >= self.failures_to_open {
                    self.opened = Some(self.now);
                    self.failures = 0;
                    self.changes += 1;
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn random_stories_agree_with_a_model() {
    for seed in 1..=200 {
        story(seed).await;
    }
}

async fn story(seed: u64) {
    let mut dice = Dice(seed);
    let mut model = Model {
        failures_to_open: 1 + dice.below(4) as u32,
        cool_down: dice.below(4) * 2_500,
        call_limit: 4_000 + dice.below(3) * 4_000,
        now: 0,
        failures: 0,
        opened: None,
        probing: false,
        changes: 0,
        calls: Vec::new(),
    };
    let settings = Settings {
        failures: NonZeroU32::new(model.failures_to_open).unwrap(),
        cool_down: Duration::from_millis(model.cool_down),
        call_limit: Duration::from_millis(model.call_limit),
    };
    let told = format!("seed {seed}, {settings:?}:");
    let breaker = Breaker::new(settings);
    let mut calls: Vec<Call> = Vec::new();
    let mut so_far = String::new();
    for _ in 0..100 {
        tokio::task::yield_now().await;
        match dice.below(12) {
            0..5 => {
                let (call, outcome) = Call::begin(&breaker);
                let through = model.begin();
                so_far += if through { " call" } else { " refused" };
                let expected = (!through).then_some(Err(CallError::Refused));
                assert_eq!(outcome, expected, "{told}{so_far}");
                assert_eq!(
                    call.started.load(Ordering::Relaxed),
                    through,
                    "{told}{so_far}: was the operation started?"
                );
                if through {
                    calls.push(call);
                }
            }
            ending @ 5..10 if !calls.is_empty() => {
                let index = dice.below(calls.len() as u64) as usize;
                let call = calls.remove(index);
                so_far += match ending {
                    5..7 => {
                        model.end(index, Some(true));
                        assert_eq!(call.end(Ok(9)), Ok(9), "{told}{so_far} success");
                        " success"
                    }
                    7..9 => {
                        model.end(index, Some(false));
                        let failed = Err(CallError::Failed("down"));
                        assert_eq!(call.end(Err("down")), failed, "{told}{so_far} failure");
                        " failure"
                    }
                    _ => {
                        model.end(index, None);
                        drop(call);
                        " dropped"
                    }
                };
            }
            _ => {
                let wait = [1, 500, 2_500][dice.below(3) as usize];
                so_far += &format!(" {wait}ms");
                advance(Duration::from_millis(wait)).await;
                model.now += wait;
                let mut index = 0;
                while index < calls.len() {
                    let outcome = calls[index].look();
                    if model.now - model.calls[index].begun < model.call_limit {
                        assert_eq!(outcome, None, "{told}{so_far}: no answer, no limit reached");
                        index += 1;
                    } else {
                        so_far += " timed-out";
                        assert_eq!(outcome, Some(Err(CallError::TimedOut)), "{told}{so_far}");
                        model.end(index, Some(false));
                        calls.remove(index);
                    }
                }
            }
        }
        assert_eq!(breaker.state(), model.state(), "{told}{so_far}");
    }
}

#[tokio::test]
async fn callers_on_several_threads_share_one_probe() {
    const THREADS: usize = 4;
    let breaker = Breaker::new(Settings {
        failures: NonZeroU32::MIN,
        cool_down: Duration::ZERO,
        call_limit: Duration::from_secs(3_600),
    });
    let outcome = Call::begin(&breaker).0.end(Err("down"));
    assert_eq!(outcome, Err(CallError::Failed("down")));

    let runtime = tokio::runtime::Handle::current();
    for round in 1..=500 {
        let start = Barrier::new(THREADS);
        let calls: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|_| {
                    scope.spawn(|| {
                        let _in_runtime = runtime.enter();
                        start.wait();
                        Call::begin(&breaker)
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no call panics"))
                .collect()
        });
        let mut through: Vec<Call> = calls
            .into_iter()
            .filter_map(|(call, outcome)| outcome.is_none().then_some(call))
            .collect();
        assert_eq!(
            through.len(),
            1,
            "round {round}: probes among {THREADS} callers on as many threads"
        );
        let failed = Err(CallError::Failed("still down"));
        assert_eq!(through.remove(0).end(Err("still down")), failed);
    }
}
