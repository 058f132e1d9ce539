//! Stage 4: what is told to the outside.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use circuit_breaker::{Breaker, Event, State};
use support::{Hand, assert_state, begin, builder, fail, some, succeed};

/// How long to wait for what must happen.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was told, in order. Clones are the same list.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Event>>>);

impl Heard {
    fn note(&self, event: Event) {
        self.0.lock().expect("nobody panics with it").push(event);
    }

    fn all(&self) -> Vec<Event> {
        self.0.lock().expect("nobody panics with it").clone()
    }
}

/// Opens after a failure, and writes down what is told.
fn heard() -> (Hand, Breaker, Heard) {
    let (clock, builder) = builder();
    let heard = Heard::default();
    let list = heard.clone();
    let breaker = builder
        .failures(some(1))
        .on_event(move |event| list.note(*event))
        .build();
    (clock, breaker, heard)
}

#[test]
fn each_change_is_told_once() {
    let (clock, breaker, heard) = heard();
    succeed(&breaker, 3);
    assert_eq!(
        heard.all(),
        Vec::<Event>::new(),
        "three calls, and no change"
    );
    fail(&breaker, 1);
    assert_eq!(heard.all(), [Event::Opened], "a failure has opened it");
    for _ in 0..3 {
        assert!(breaker.acquire().is_err(), "it is open");
    }
    clock.advance(10_000);
    assert_state(&breaker, State::HalfOpen, "at the end of the cool-down");
    assert_eq!(
        heard.all(),
        [Event::Opened],
        "refusals and questions change nothing, and of the end of a cool-down nobody knows until somebody calls"
    );
    let probe = begin(&breaker);
    assert_eq!(
        heard.all(),
        [Event::Opened, Event::HalfOpened],
        "the probe is under way"
    );
    drop(probe);
    begin(&breaker).failed();
    clock.advance(10_000);
    succeed(&breaker, 1);
    assert_eq!(
        heard.all(),
        [
            Event::Opened,
            Event::HalfOpened,
            Event::Opened,
            Event::HalfOpened,
            Event::Closed
        ],
        "a probe that went away, one that failed, and after a cool-down one that succeeded"
    );
}

/// Does `work` on a thread of its own, and fails with `what` if that takes too long.
fn within<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    wait.recv_timeout(PATIENCE)
        .unwrap_or_else(|_| panic!("{what}"))
}

#[test]
fn a_listener_may_use_the_breaker() {
    let (clock, builder) = builder();
    let heard = Heard::default();
    let this: Arc<OnceLock<Breaker>> = Arc::default();
    let (list, breaker_of_listener) = (heard.clone(), Arc::clone(&this));
    let breaker = builder
        .failures(some(1))
        .on_event(move |event| {
            let breaker = breaker_of_listener.get().expect("the breaker is built");
            let _ = (breaker.state(), breaker.totals());
            if *event == Event::HalfOpened {
                // The first probe is under way, of one.
                let _ = breaker.acquire();
            }
            list.note(*event);
        })
        .build();
    this.set(breaker.clone()).ok().expect("it is set once");
    within(
        "a listener asked for the state, and both wait for ever: it was called while the breaker's lock was held",
        move || {
            fail(&breaker, 1);
            clock.advance(10_000);
            succeed(&breaker, 1);
        },
    );
    assert_eq!(
        heard.all(),
        [Event::Opened, Event::HalfOpened, Event::Closed],
        "what a listener heard that uses the breaker"
    );
}

#[test]
fn what_a_listener_causes_is_told_after_what_it_was_told() {
    let (clock, builder) = builder();
    let heard = Heard::default();
    let this: Arc<OnceLock<(Breaker, Hand)>> = Arc::default();
    let (list, of_listener) = (heard.clone(), Arc::clone(&this));
    let breaker = builder
        .failures(some(1))
        .on_event(move |event| {
            let (breaker, clock) = of_listener.get().expect("the breaker is built");
            if *event == Event::Opened {
                // A health check of its own, at once.
                clock.advance(10_000);
                if let Ok(probe) = breaker.acquire() {
                    probe.succeeded();
                }
            }
            list.note(*event);
        })
        .build();
    this.set((breaker.clone(), clock))
        .ok()
        .expect("it is set once");
    within(
        "a listener made a call, and that never came back",
        move || fail(&breaker, 1),
    );
    assert_eq!(
        heard.all(),
        [Event::Opened, Event::HalfOpened, Event::Closed],
        "while it was told `Opened`, the listener closed the circuit itself, and writes down an event when it is done with \
         it. What it caused happened later, and is told later, and not in the middle"
    );
}

/// A listener that says when it has been called, and then waits for a word.
fn slow() -> (Hand, Breaker, Heard, Receiver<()>, mpsc::Sender<()>) {
    let (clock, builder) = builder();
    let heard = Heard::default();
    let list = heard.clone();
    let (called, was_called) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let breaker = builder
        .failures(some(1))
        .on_event(move |event| {
            if *event == Event::Opened {
                let _ = called.send(());
                let may_go_on = may_go_on.lock().expect("nobody panics with it");
                let _ = may_go_on.recv_timeout(2 * PATIENCE);
            }
            list.note(*event);
        })
        .build();
    (clock, breaker, heard, was_called, go_on)
}

#[test]
fn events_are_told_in_the_order_in_which_they_happened() {
    let (clock, breaker, heard, was_called, go_on) = slow();
    let first = breaker.clone();
    let teller = thread::spawn(move || fail(&first, 1));
    was_called.recv_timeout(PATIENCE).expect("`Opened` is told");

    // The listener is still busy with `Opened`. Two more changes happen meanwhile.
    let second = breaker.clone();
    within(
        "a call of one thread waits for a listener that is busy with what another thread has caused",
        move || {
            clock.advance(10_000);
            succeed(&second, 1);
        },
    );
    assert_state(
        &breaker,
        State::Closed,
        "the probe succeeded, while the listener was still busy",
    );
    go_on.send(()).expect("the listener waits");
    teller.join().expect("nobody panics");
    assert_eq!(
        heard.all(),
        [Event::Opened, Event::HalfOpened, Event::Closed],
        "each event is told when the one before it has been, or the dashboard says `open` from now on"
    );
}

#[test]
fn a_listener_that_panics_harms_nobody() {
    let (clock, builder) = builder();
    let heard = Heard::default();
    let list = heard.clone();
    let breaker = builder
        .failures(some(1))
        .on_event(move |event| {
            list.note(*event);
            if *event != Event::Closed {
                resume_unwind(Box::new(()));
            }
        })
        .build();
    let caller = breaker.clone();
    let called = thread::spawn(move || fail(&caller, 1)).join();
    assert!(
        called.is_ok(),
        "a call ended, and its caller was taken along by the panic of a listener that he does not know"
    );
    clock.advance(10_000);
    succeed(&breaker, 1);
    assert_eq!(
        heard.all(),
        [Event::Opened, Event::HalfOpened, Event::Closed],
        "the first two times it panicked, and what came later was told all the same"
    );
}

#[test]
fn totals_add_up_whatever_happens() {
    let (clock, breaker, _) = heard();
    let late = [begin(&breaker), begin(&breaker), begin(&breaker)];
    succeed(&breaker, 2);
    drop(begin(&breaker));
    fail(&breaker, 1);
    for _ in 0..4 {
        assert!(breaker.acquire().is_err(), "it is open");
    }
    let totals = breaker.totals();
    assert_eq!(
        [
            totals.admitted,
            totals.refused,
            totals.succeeded,
            totals.failed,
            totals.abandoned,
            totals.in_flight()
        ],
        [7, 4, 2, 1, 1, 3],
        "admitted, refused, succeeded, failed, abandoned, in flight: 7 calls were let through, of which 2 succeeded, 1 failed, \
         1 went away and 3 are under way; 4 were refused"
    );
    let [first, second, third] = late;
    first.succeeded();
    second.failed();
    drop(third);
    clock.advance(10_000);
    let probe = begin(&breaker);
    assert!(breaker.acquire().is_err(), "a probe is under way");
    let totals = breaker.totals();
    assert_eq!(
        [
            totals.admitted,
            totals.refused,
            totals.succeeded,
            totals.failed,
            totals.abandoned,
            totals.in_flight()
        ],
        [8, 5, 3, 2, 2, 1],
        "admitted, refused, succeeded, failed, abandoned, in flight: the three from before the opening have ended too. They \
         change no state, and yet they are over: left out, they would be in flight for ever"
    );
    probe.succeeded();
    assert_eq!(
        breaker.totals().in_flight(),
        0,
        "calls in flight when all have ended"
    );
}
