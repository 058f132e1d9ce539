//! What to do about a call that failed: try again, tell the caller, or give up.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

/// Why a call to something that this service depends on failed.
#[derive(Debug)]
pub enum Failure {
    /// The connection, below any protocol.
    Io(io::Error),
    /// An HTTP service answered, and not with success.
    Http {
        /// The status code.
        status: u16,
        /// The answer's `Retry-After`, if it had one.
        retry_after: Option<Duration>,
    },
    /// The database answered with an error.
    Db {
        /// The five characters of its SQLSTATE, which the manual lists by classes of two.
        sqlstate: &'static str,
    },
}

/// What a call does if it is made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The same as once.
    Repeatable,
    /// Something that must not be done twice, such as a payment.
    Once,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Try again, but not before this has passed.
    Retry {
        /// What the other side asked for, if it did.
        after: Option<Duration>,
    },
    /// Tell the caller: the request is wrong, and will be next time.
    BlameCaller,
    /// Tell an operator: nothing that the caller or another try could change.
    GiveUp,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(_) => write!(f, "the connection failed"),
            Self::Http { status, .. } => write!(f, "the service answered {status}"),
            Self::Db { sqlstate } => write!(f, "the database answered {sqlstate}"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(source) => Some(source),
            Self::Http { .. } | Self::Db { .. } => None,
        }
    }
}

impl Failure {
    /// What to do about this failure of a call with that effect.
    pub fn verdict(&self, effect: Effect) -> Verdict {
        if self.is_wrong_request() {
            Verdict::BlameCaller
        } else if !self.may_pass() || (effect == Effect::Once && self.may_have_happened()) {
            Verdict::GiveUp
        } else {
            let after = match *self {
                Self::Http { retry_after, .. } => retry_after,
                Self::Io(_) | Self::Db { .. } => None,
            };
            Verdict::Retry { after }
        }
    }

    /// The same request would fail again, and its sender can mend it.
    fn is_wrong_request(&self) -> bool {
        match self {
            Self::Io(_) => false,
            Self::Http { status, .. } => {
                (400..500).contains(status) && ![401, 403, 407, 408, 429].contains(status)
            }
            Self::Db { sqlstate } => ["22", "23"].contains(&&sqlstate[..2]),
        }
    }

    /// The reason may be gone next time.
    fn may_pass(&self) -> bool {
        use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
        self.may_have_happened()
            || match self {
                Self::Io(error) => matches!(
                    error.kind(),
                    ConnectionRefused | HostUnreachable | NetworkUnreachable
                ),
                Self::Http { status, .. } => [429, 503].contains(status),
                Self::Db { sqlstate } => {
                    ["40001", "40P01", "08001", "53300", "57P03"].contains(sqlstate)
                }
            }
    }

    /// For a passing reason there is no answer, and so no telling whether it was done.
    fn may_have_happened(&self) -> bool {
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionReset, TimedOut, UnexpectedEof,
        };
        match self {
            Self::Io(error) => matches!(
                error.kind(),
                TimedOut | ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof
            ),
            Self::Http { status, .. } => [408, 500, 502, 504].contains(status),
            Self::Db { sqlstate } => {
                ["40003", "57P01"].contains(sqlstate)
                    || (sqlstate.starts_with("08") && *sqlstate != "08001")
            }
        }
    }
}

/// Makes a call up to `attempts` times, at least once, and waits in between: `pause`, or longer if the other side
/// asks for that.
///
/// # Errors
///
/// The first failure that is not to be retried, or the last one.
pub fn with_retries<T>(
    attempts: u32,
    pause: Duration,
    effect: Effect,
    mut wait: impl FnMut(Duration),
    mut call: impl FnMut() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut made = 1;
    loop {
        let failure = match call() {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        match failure.verdict(effect) {
            // The longer of the two: `Retry-After: 0` is no leave to try without end.
            Verdict::Retry { after } if made < attempts => {
                wait(pause.max(after.unwrap_or_default()))
            }
            _ => return Err(failure),
        }
        made += 1;
    }
}
