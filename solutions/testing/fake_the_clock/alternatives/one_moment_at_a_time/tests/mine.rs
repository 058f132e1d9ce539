//! What sudo mode promises, by a clock that is set to a moment before each operation, and that can be read
//! once at that moment. A second reading is a failure wherever it comes.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use fake_the_clock::{Clock, Elevations, Limits};

const LIMITS: Limits = Limits {
    idle: Duration::from_millis(300),
    total: Duration::from_millis(1_000),
};

/// Shows one moment, once.
#[derive(Default)]
struct OneMoment(Mutex<Option<SystemTime>>);

impl Clock for OneMoment {
    fn now(&self) -> SystemTime {
        let moment = self.0.lock().unwrap().take();
        moment.expect("an operation has one moment, and the clock was read for it already")
    }
}

/// Elevations, asked at a moment in milliseconds.
struct Console {
    clock: Arc<OneMoment>,
    elevations: Elevations,
}

impl Console {
    fn new() -> Self {
        let clock = Arc::new(OneMoment::default());
        let elevations = Elevations::new(clock.clone(), LIMITS);
        Self { clock, elevations }
    }

    fn at(&mut self, millis: u64) -> &mut Elevations {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_000_000 + millis);
        *self.clock.0.lock().unwrap() = Some(moment);
        &mut self.elevations
    }

    fn left(&mut self, millis: u64, user: &str) -> Option<u128> {
        self.at(millis).left(user).map(|left| left.as_millis())
    }

    fn sweep(&mut self, millis: u64) -> Vec<String> {
        let mut users = self.at(millis).sweep();
        users.sort();
        users
    }
}

#[test]
fn the_idle_limit() {
    let mut console = Console::new();
    console.at(0).confirm("ada");
    assert_eq!(console.left(299, "ada"), Some(1));
    assert!(console.at(299).allow("ada"));
    assert_eq!(console.left(598, "ada"), Some(1));
    assert_eq!(console.sweep(598), [""; 0]);
    assert_eq!(console.left(599, "ada"), None);
    assert_eq!(console.sweep(599), ["ada"]);
    assert_eq!(console.sweep(599), [""; 0]);
}

#[test]
fn the_total() {
    let mut console = Console::new();
    console.at(0).confirm("ada");
    for millis in [200, 400, 600, 800, 999] {
        assert!(console.at(millis).allow("ada"), "busy, at {millis} ms");
    }
    assert_eq!(console.left(999, "ada"), Some(1));
    assert_eq!(console.sweep(999), [""; 0]);
    assert!(!console.at(1_000).allow("ada"));
}

#[test]
fn a_refusal() {
    let mut console = Console::new();
    console.at(0).confirm("ada");
    for millis in [300, 300, 299, 0] {
        assert!(
            !console.at(millis).allow("ada"),
            "refused once, {millis} ms"
        );
    }
    console.at(0).confirm("ada");
    assert!(console.at(0).allow("ada"));
}

#[test]
fn a_clock_that_was_set_back() {
    let mut console = Console::new();
    console.at(1).confirm("ada");
    assert_eq!(console.left(0, "ada"), None);
    assert!(!console.at(0).allow("ada"));
}
