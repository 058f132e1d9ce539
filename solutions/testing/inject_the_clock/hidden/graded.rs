//! The same promises at other limits, and by a clock that is ahead of the host's.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use inject_the_clock::{Clock, Resumed, SessionId, Sessions};

const SECOND: Duration = Duration::from_secs(1);

/// Shows what it is told to show.
struct Dial(Mutex<SystemTime>);

impl Dial {
    /// A clock in the year 2100: beside it the host's clock always seems set back.
    fn in_2100() -> Arc<Self> {
        let new_year = SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800);
        Arc::new(Self(Mutex::new(new_year)))
    }

    fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }

    fn set_back(&self, by: Duration) {
        *self.0.lock().unwrap() -= by;
    }
}

impl Clock for Dial {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }
}

#[test]
fn any_limit_has_the_same_boundary() {
    for limit in [1, 59, 60, 3_600, 90 * 24 * 3_600].map(Duration::from_secs) {
        let before = limit - SECOND / 1_000;
        let clock = Dial::in_2100();
        let mut sessions = Sessions::new(clock.clone(), limit);
        let ids: [SessionId; 3] = std::array::from_fn(|_| sessions.open("barbara"));
        clock.advance(before);
        assert_eq!(sessions.sweep(), [], "{before:?} of {limit:?}");
        assert_eq!(
            sessions.ends_in(ids[0]),
            Some(SECOND / 1_000),
            "{before:?} of {limit:?}"
        );
        let answer = sessions.resume(ids[0]);
        assert_eq!(
            answer,
            Some(Resumed {
                user: "barbara".to_owned(),
                idle: before
            }),
            "{before:?} of {limit:?}"
        );
        clock.advance(SECOND / 1_000);
        assert_eq!(sessions.resume(ids[1]), None, "exactly {limit:?}");
        assert_eq!(sessions.ends_in(ids[2]), None, "exactly {limit:?}");
        assert_eq!(sessions.sweep(), [ids[2]], "exactly {limit:?}");
        assert_eq!(
            sessions.ends_in(ids[0]),
            Some(before),
            "the session with a request 1 ms ago lives on: {limit:?}"
        );
    }
}

#[test]
fn each_session_has_its_own_idle_time() {
    let clock = Dial::in_2100();
    let mut sessions = Sessions::new(clock.clone(), 10 * SECOND);
    let ids: Vec<SessionId> = (0..10)
        .map(|_| {
            let id = sessions.open("niklaus");
            clock.advance(SECOND);
            id
        })
        .collect();
    // The first session is now 10 s old, the last 1 s.
    assert_eq!(sessions.sweep(), ids[..1]);
    clock.advance(4 * SECOND);
    assert_eq!(sessions.sweep(), ids[1..5]);
    assert_eq!(sessions.ends_in(ids[5]), Some(SECOND));
}

#[test]
fn a_clock_may_be_set_back_again_and_again() {
    let clock = Dial::in_2100();
    let mut sessions = Sessions::new(clock.clone(), 60 * SECOND);
    let id = sessions.open("donald");
    for step in 1..=20 {
        clock.set_back(step * 100 * SECOND);
        assert_eq!(sessions.ends_in(id), Some(60 * SECOND), "step {step}");
        assert_eq!(sessions.sweep(), [], "step {step}");
        let answer = sessions.resume(id).expect("nobody is idle");
        assert_eq!(answer.idle, Duration::ZERO, "step {step}");
        clock.advance(59 * SECOND);
        let answer = sessions.resume(id).expect("59 s of 60 s");
        assert_eq!(answer.idle, 59 * SECOND, "step {step}");
    }
    clock.advance(60 * SECOND);
    assert_eq!(sessions.resume(id), None);
}
