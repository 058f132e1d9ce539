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
    pub fn verdict(&self, _effect: Effect) -> Verdict {
        match self {
            Self::Io(_) => Verdict::Retry { after: None },
            Self::Http { status, .. } if *status >= 500 => Verdict::Retry { after: None },
            Self::Http { .. } => Verdict::BlameCaller,
            Self::Db { sqlstate } if sqlstate.starts_with("23") => Verdict::BlameCaller,
            Self::Db { .. } => Verdict::Retry { after: None },
        }
    }
}

/// Makes a call up to `attempts` times, at least once, and waits `pause` in between.
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
            Verdict::Retry { .. } if made < attempts => wait(pause),
            _ => return Err(failure),
        }
        made += 1;
    }
}
