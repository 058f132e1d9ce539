//! Sessions of a web application, which end when nobody has used them for a while.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Where a component gets the time of day from.
pub trait Clock: Send + Sync {
    /// What the clock shows. It may stand still, jump, and go back: administrators and time daemons
    /// set it.
    fn now(&self) -> SystemTime;
}

/// The host's clock, for production.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Names a session. Ids ascend in the order in which sessions were opened, and none is used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(u64);

/// What a request learns about its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumed {
    /// Who opened the session.
    pub user: String,
    /// How long the session had been idle when the request came.
    pub idle: Duration,
}

/// The sessions that are open, and when each was last used.
///
/// Each operation reads the clock once, first thing, and works with that moment to its end. The
/// private parts below never see the clock, only a moment, so they cannot read it again.
pub struct Sessions {
    clock: Arc<dyn Clock>,
    idle_limit: Duration,
    next_id: u64,
    sessions: BTreeMap<SessionId, Session>,
}

struct Session {
    user: String,
    last_request: SystemTime,
}

impl Sessions {
    /// No sessions yet. Each one ends when it has been idle for `idle_limit`.
    pub fn new(clock: Arc<dyn Clock>, idle_limit: Duration) -> Self {
        Self {
            clock,
            idle_limit,
            next_id: 1,
            sessions: BTreeMap::new(),
        }
    }

    /// Opens a session for `user`. Opening counts as its first request.
    pub fn open(&mut self, user: &str) -> SessionId {
        let now = self.clock.now();
        let id = SessionId(self.next_id);
        self.next_id += 1;
        self.sessions.insert(
            id,
            Session {
                user: user.to_owned(),
                last_request: now,
            },
        );
        id
    }

    /// A request of session `id`: its idle time starts again. `None` if the session has ended; it is
    /// forgotten then.
    pub fn resume(&mut self, id: SessionId) -> Option<Resumed> {
        let now = self.clock.now();
        let session = self.sessions.get_mut(&id)?;
        if session.has_ended(now, self.idle_limit) {
            // Forgotten at once, so that a clock set back cannot bring it to life.
            self.sessions.remove(&id);
            return None;
        }
        let idle = session.idle(now);
        // Also when `now` lies before the last request: the later of the two would let the session
        // live for as long again as the clock was set back.
        session.last_request = now;
        Some(Resumed {
            user: session.user.clone(),
            idle,
        })
    }

    /// How long until session `id` ends if no request comes. `None` if it has ended.
    pub fn ends_in(&self, id: SessionId) -> Option<Duration> {
        let now = self.clock.now();
        let session = self.sessions.get(&id)?;
        if session.has_ended(now, self.idle_limit) {
            return None;
        }
        Some(self.idle_limit - session.idle(now))
    }

    /// Forgets each session that has ended, and returns the ids of those it forgot, ascending.
    pub fn sweep(&mut self) -> Vec<SessionId> {
        let now = self.clock.now();
        let limit = self.idle_limit;
        self.sessions
            .extract_if(.., |_, session| session.has_ended(now, limit))
            .map(|(id, _)| id)
            .collect()
    }
}

impl Session {
    /// The one place that decides, so that operations cannot disagree about the boundary.
    fn has_ended(&self, now: SystemTime, limit: Duration) -> bool {
        self.idle(now) >= limit
    }

    fn idle(&self, now: SystemTime) -> Duration {
        // An error means that the clock was set back behind the last request. Nobody was idle for a
        // negative time, and a time daemon must not be able to panic a login.
        now.duration_since(self.last_request)
            .unwrap_or(Duration::ZERO)
    }
}
