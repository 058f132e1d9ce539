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
        match (self.cause(), effect) {
            (Cause::Refused { after }, _) => Verdict::Retry { after },
            (Cause::Lost { after }, Effect::Repeatable) => Verdict::Retry { after },
            // It may have been done, and nobody can tell from here.
            (Cause::Lost { .. }, Effect::Once) => Verdict::GiveUp,
            (Cause::Request, _) => Verdict::BlameCaller,
            (Cause::Ours, _) => Verdict::GiveUp,
        }
    }

    /// What is known about the call. Everything that is listed nowhere is ours: a failure that nobody has thought
    /// about is not tried again by itself, and not blamed on a caller.
    fn cause(&self) -> Cause {
        match self {
            Self::Io(error) => io_cause(error.kind()),
            &Self::Http {
                status,
                retry_after,
            } => http_cause(status, retry_after),
            Self::Db { sqlstate } => db_cause(sqlstate),
        }
    }
}

/// What is known about a call that failed. The verdict needs to know no more than this, whatever the protocol.
enum Cause {
    /// For a passing reason it was not done, and that is certain.
    Refused { after: Option<Duration> },
    /// For a passing reason there is no answer, so it may have been done.
    Lost { after: Option<Duration> },
    /// The request is wrong.
    Request,
    /// Anything else: a bug, a setting, a disk.
    Ours,
}

fn io_cause(kind: io::ErrorKind) -> Cause {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
        NetworkUnreachable, TimedOut, UnexpectedEof,
    };
    match kind {
        ConnectionRefused | HostUnreachable | NetworkUnreachable => Cause::Refused { after: None },
        TimedOut | ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof => {
            Cause::Lost { after: None }
        }
        _ => Cause::Ours,
    }
}

fn http_cause(status: u16, after: Option<Duration>) -> Cause {
    match status {
        429 | 503 => Cause::Refused { after },
        408 | 500 | 502 | 504 => Cause::Lost { after },
        // It was this service that was not let in, whoever asked for what.
        401 | 403 | 407 => Cause::Ours,
        400..=499 => Cause::Request,
        _ => Cause::Ours,
    }
}

fn db_cause(sqlstate: &str) -> Cause {
    match sqlstate {
        // Rolled back, or never begun: deadlock, conflict, not connected, full up, starting.
        "40001" | "40P01" | "08001" | "53300" | "57P03" => Cause::Refused { after: None },
        "57P01" => Cause::Lost { after: None },
        _ if sqlstate.starts_with("40") => Cause::Refused { after: None },
        _ if sqlstate.starts_with("08") => Cause::Lost { after: None },
        _ if sqlstate.starts_with("22") || sqlstate.starts_with("23") => Cause::Request,
        _ => Cause::Ours,
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
