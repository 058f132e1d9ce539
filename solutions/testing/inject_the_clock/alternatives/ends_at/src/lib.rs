//! Sessions of a web application, which end when nobody has used them for a while.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Where a component gets the time of day from.
pub trait Clock: Send + Sync {
    /// What the clock shows. It may stand still, jump, and go back.
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

/// The sessions that are open, and when each will end.
pub struct Sessions {
    clock: Arc<dyn Clock>,
    idle_limit: Duration,
    next_id: u64,
    /// Who opened each session, and its end as of its last request.
    sessions: BTreeMap<SessionId, (String, SystemTime)>,
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
        let id = SessionId(self.next_id);
        self.next_id += 1;
        let ends_at = self.clock.now() + self.idle_limit;
        self.sessions.insert(id, (user.to_owned(), ends_at));
        id
    }

    /// A request of session `id`: its idle time starts again. `None` if the session has ended; it is
    /// forgotten then.
    pub fn resume(&mut self, id: SessionId) -> Option<Resumed> {
        let now = self.clock.now();
        let Some(left) = self.left_at(now, id) else {
            self.sessions.remove(&id);
            return None;
        };
        let (user, ends_at) = self.sessions.get_mut(&id)?;
        *ends_at = now + self.idle_limit;
        Some(Resumed {
            user: user.clone(),
            idle: self.idle_limit - left,
        })
    }

    /// How long until session `id` ends if no request comes. `None` if it has ended.
    pub fn ends_in(&self, id: SessionId) -> Option<Duration> {
        self.left_at(self.clock.now(), id)
    }

    /// Forgets each session that has ended, and returns the ids of those it forgot, ascending.
    pub fn sweep(&mut self) -> Vec<SessionId> {
        let now = self.clock.now();
        self.sessions
            .extract_if(.., |_, (_, ends_at)| *ends_at <= now)
            .map(|(id, _)| id)
            .collect()
    }

    /// `None` from the end on. A clock that was set back must not promise more than the limit.
    fn left_at(&self, now: SystemTime, id: SessionId) -> Option<Duration> {
        let (_, ends_at) = self.sessions.get(&id)?;
        let left = ends_at.duration_since(now).ok()?;
        (!left.is_zero()).then(|| left.min(self.idle_limit))
    }
}
