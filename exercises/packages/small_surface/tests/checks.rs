//! The limiter does what it did, by the names that it promises.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use small_surface::{Clock, Decision, Limiter, Rate};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A clock that the test sets.
#[derive(Clone, Default)]
struct TestClock(Rc<Cell<Duration>>);

impl Clock for TestClock {
    fn now(&self) -> Duration {
        self.0.get()
    }
}

fn allowed(left: u32) -> Decision {
    Decision::Allowed { left }
}

fn denied(retry_after: Duration) -> Decision {
    Decision::Denied { retry_after }
}

#[test]
fn a_burst_is_allowed_and_then_one_for_each_step() {
    let clock = TestClock::default();
    let mut limiter = Limiter::with_clock(Rate::new(ms(100), 2), clock.clone());
    for (at, expected) in [
        (0, allowed(1)),
        (0, allowed(0)),
        (0, denied(ms(100))),
        (70, denied(ms(30))),
        (100, allowed(0)),
        (130, denied(ms(70))),
        (250, allowed(0)),
        (260, denied(ms(40))),
        (9_000, allowed(1)),
        (9_200, allowed(1)),
    ] {
        clock.0.set(ms(at));
        assert_eq!(
            limiter.check("ada"),
            expected,
            "at {at} ms, with two at once and one more each 100 ms"
        );
    }
}

#[test]
fn each_key_has_its_own_and_spellings_share_one() {
    let mut limiter = Limiter::with_clock(Rate::new(ms(100), 1), TestClock::default());
    assert_eq!(limiter.check("ada"), allowed(0));
    assert_eq!(limiter.check("bob"), allowed(0), "another key has its own");
    assert_eq!(
        limiter.check(" ADA "),
        denied(ms(100)),
        "the same key, spelled otherwise"
    );
}
