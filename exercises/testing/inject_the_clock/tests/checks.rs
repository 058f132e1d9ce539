//! What sessions promise, by a clock that only the tests move.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use inject_the_clock::{Clock, Resumed, Sessions, SystemClock};

const LIMIT: Duration = Duration::from_secs(30 * 60);
const MS: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A clock that moves when it is told to. It starts in September 2001, so a reading of the host's
/// clock beside it is off by decades and does not go unnoticed.
struct HandClock(Mutex<Hands>);

struct Hands {
    shows: SystemTime,
    jump: Duration,
}

impl HandClock {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Hands {
            shows: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000),
            jump: Duration::ZERO,
        })))
    }

    fn advance(&self, by: Duration) {
        self.0.lock().unwrap().shows += by;
    }

    fn set_back(&self, by: Duration) {
        self.0.lock().unwrap().shows -= by;
    }

    /// The next reading is still what the clock shows now. Each one after it is later by `by`, as
    /// when the thread is put aside between two lines.
    fn jump_after_the_next_reading(&self, by: Duration) {
        self.0.lock().unwrap().jump = by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> SystemTime {
        let mut hands = self.0.lock().unwrap();
        let reading = hands.shows;
        let jump = std::mem::take(&mut hands.jump);
        hands.shows += jump;
        reading
    }
}

fn resumed(user: &str, idle: Duration) -> Option<Resumed> {
    Some(Resumed {
        user: user.to_owned(),
        idle,
    })
}

#[test]
fn a_session_ends_exactly_at_the_limit() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock.clone(), LIMIT);
    let early = sessions.open("ada");
    let late = sessions.open("grace");

    clock.advance(LIMIT - MS);
    assert_eq!(
        sessions.resume(early),
        resumed("ada", LIMIT - MS),
        "1 ms before the limit of 30 minutes the session is live, by the clock it was given"
    );
    clock.advance(MS);
    assert_eq!(
        sessions.resume(late),
        None,
        "idle for exactly the limit of 30 minutes, the session has ended"
    );
}

#[test]
fn all_operations_agree_on_the_end() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock.clone(), LIMIT);
    let id = sessions.open("ada");
    let other = sessions.open("grace");

    assert_eq!(
        sessions.ends_in(id),
        Some(LIMIT),
        "a session that was opened this moment has its whole limit left"
    );
    clock.advance(LIMIT - MS);
    assert_eq!(
        sessions.ends_in(id),
        Some(MS),
        "ends_in, 1 ms before the limit"
    );
    assert_eq!(sessions.sweep(), [], "sweep, 1 ms before the limit");
    clock.advance(MS);
    assert_eq!(
        sessions.ends_in(id),
        None,
        "ends_in at the limit: resume refuses this session, so there is nothing left of it"
    );
    assert_eq!(
        sessions.sweep(),
        [id, other],
        "sweep at the limit: resume refuses these sessions, so they are to be forgotten"
    );
}

#[test]
fn each_request_starts_the_idle_time_again() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock.clone(), LIMIT);
    let id = sessions.open("ada");
    for request in 1..=4 {
        clock.advance(20 * MINUTE);
        assert_eq!(
            sessions.resume(id),
            resumed("ada", 20 * MINUTE),
            "request {request}, 20 minutes after the one before it"
        );
    }
    clock.advance(LIMIT);
    assert_eq!(
        sessions.resume(id),
        None,
        "30 minutes without a request, after four requests"
    );
}

#[test]
fn while_the_clock_stands_still_nobody_is_idle() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock, LIMIT);
    let id = sessions.open("ada");
    for request in 1..=100 {
        assert_eq!(
            sessions.resume(id),
            resumed("ada", Duration::ZERO),
            "request {request} by a clock that has not moved"
        );
    }
    assert_eq!(
        sessions.ends_in(id),
        Some(LIMIT),
        "the clock has not moved since the last request"
    );
}

#[test]
fn a_clock_that_was_set_back_counts_as_no_idle_time() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock.clone(), LIMIT);
    let id = sessions.open("ada");
    clock.set_back(Duration::from_secs(2));

    assert_eq!(
        sessions.ends_in(id),
        Some(LIMIT),
        "the last request lies 2 s in the clock's future: the session is idle for 0 s, not for -2 s"
    );
    assert_eq!(sessions.sweep(), [], "nobody is idle, so nobody is swept");
    assert_eq!(
        sessions.resume(id),
        resumed("ada", Duration::ZERO),
        "the last request lies 2 s in the clock's future: the session is idle for 0 s"
    );
}

#[test]
fn after_setting_back_the_last_request_counts_not_the_latest_time() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock.clone(), LIMIT);
    let id = sessions.open("ada");
    clock.set_back(60 * MINUTE);
    assert_eq!(
        sessions.resume(id),
        resumed("ada", Duration::ZERO),
        "a request by a clock that was set back by an hour: the session is idle for 0 s"
    );

    clock.advance(LIMIT - MS);
    assert_eq!(
        sessions.ends_in(id),
        Some(MS),
        "the clock was set back by an hour, a request came, and all but 1 ms of 30 minutes passed: \
         the idle time runs from that request"
    );
    clock.advance(MS);
    assert_eq!(
        sessions.resume(id),
        None,
        "30 minutes after the last request; the hour by which the clock was set back is no gift"
    );
}

#[test]
fn a_session_that_was_refused_stays_refused() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock.clone(), LIMIT);
    let refused = sessions.open("ada");
    let swept = sessions.open("grace");
    assert_eq!(sessions.sweep(), [], "no time has passed, nobody is swept");

    clock.advance(LIMIT);
    assert_eq!(sessions.resume(refused), None, "idle for the limit");
    assert_eq!(
        sessions.sweep(),
        [swept],
        "resume has forgotten {refused:?} already; sweep forgets the other"
    );

    clock.set_back(5 * MINUTE);
    for id in [refused, swept] {
        assert_eq!(
            (sessions.resume(id), sessions.ends_in(id)),
            (None, None),
            "{id:?} has ended; a clock that is set back must not bring it to life"
        );
    }
}

#[test]
fn a_request_is_judged_and_recorded_at_one_moment() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock.clone(), LIMIT);
    let id = sessions.open("ada");

    // The boundary falls between a first and a second reading.
    clock.advance(LIMIT - MS);
    clock.jump_after_the_next_reading(2 * MS);
    assert_eq!(
        sessions.resume(id),
        resumed("ada", LIMIT - MS),
        "a request 1 ms before the limit, while the clock runs on by 2 ms: \
         the moment that decides is the moment that is reported"
    );
    assert_eq!(
        sessions.ends_in(id),
        Some(LIMIT - 2 * MS),
        "2 ms have passed since that request; anything else means that the request was recorded \
         at another moment than it was judged by"
    );

    clock.advance(LIMIT - 3 * MS);
    clock.jump_after_the_next_reading(2 * MS);
    assert_eq!(
        sessions.ends_in(id),
        Some(MS),
        "ends_in, while the clock runs on by 2 ms: live by one reading, it has time left by the same"
    );
}

#[test]
fn a_sweep_judges_all_sessions_at_one_moment() {
    let clock = HandClock::new();
    let mut sessions = Sessions::new(clock.clone(), LIMIT);
    let ids: Vec<_> = ["ada", "grace", "edsger"]
        .into_iter()
        .map(|user| sessions.open(user))
        .collect();

    clock.advance(LIMIT - MS);
    clock.jump_after_the_next_reading(2 * MS);
    assert_eq!(
        sessions.sweep(),
        [],
        "three sessions of the same age, 1 ms before their limit, while the clock runs on by 2 ms: \
         what is true of one is true of all"
    );
    assert_eq!(sessions.sweep(), ids, "1 ms past the limit of all three");
}

#[test]
fn one_clock_moves_every_store_that_holds_it() {
    let clock = HandClock::new();
    let mut web = Sessions::new(clock.clone(), LIMIT);
    let mut mobile = Sessions::new(clock.clone(), 2 * LIMIT);
    let (at_desk, on_phone) = (web.open("ada"), mobile.open("ada"));

    clock.advance(LIMIT);
    assert_eq!(
        (web.ends_in(at_desk), mobile.ends_in(on_phone)),
        (None, Some(LIMIT)),
        "30 minutes on one clock: the limit of the first store, half that of the second"
    );
}

#[test]
fn the_system_clock_shows_the_time_of_the_host() {
    let (ours, hosts) = (SystemClock.now(), SystemTime::now());
    let apart = hosts
        .duration_since(ours)
        .unwrap_or_else(|ours_is_later| ours_is_later.duration());
    assert!(
        apart < MINUTE,
        "SystemClock shows {ours:?}, the host {hosts:?}: production would run on another time"
    );
}
