//! Calls that are futures: how long they may take, and what their end says about the dependency.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::breaker::{Breaker, Permit};
use crate::circuit::{Ending, Refused};

/// What the end of a call says about the dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It does what it is there for. It may have said no.
    Success,
    /// It does not.
    Failure,
    /// Nothing: the call went wrong on our side.
    Unrelated,
}

/// A call that was not answered with an `Ok`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError<E> {
    /// The circuit refused it, and it was never begun.
    Refused(Refused),
    /// It had not ended at the deadline, and was dropped.
    TimedOut,
    /// It ended with an error of its own.
    Inner(E),
}

type Classifier<T, E> = dyn Fn(&Result<T, E>) -> Verdict + Send + Sync;

/// Makes calls that a breaker lets through, and tells it how they ended. Made by [`Breaker::guard`]; clones are of the
/// same breaker.
pub struct Guard<T, E> {
    pub(crate) breaker: Breaker,
    deadline: Option<Duration>,
    slow: Option<Duration>,
    classify: Arc<Classifier<T, E>>,
}

impl<T: 'static, E: 'static> Guard<T, E> {
    pub(crate) fn new(breaker: Breaker) -> Self {
        Self {
            breaker,
            deadline: None,
            slow: None,
            classify: Arc::new(|result| match result {
                Ok(_) => Verdict::Success,
                Err(_) => Verdict::Failure,
            }),
        }
    }
}

impl<T, E> Guard<T, E> {
    /// How long a call may take. For ever, if nobody says.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Who waits that long, or longer, has seen a failure, even if an answer comes. Never, if nobody says.
    pub fn slow(mut self, slow: Duration) -> Self {
        self.slow = Some(slow);
        self
    }

    /// What the end of a call says about the dependency. An `Err` is a failure, if nobody says.
    pub fn classify(
        mut self,
        classify: impl Fn(&Result<T, E>) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        self.classify = Arc::new(classify);
        self
    }

    /// Makes a call, if it is let through. Nothing happens before the first poll.
    ///
    /// # Errors
    ///
    /// It was refused, took too long, or ended with an error of its own.
    pub async fn call(&self, call: impl Future<Output = Result<T, E>>) -> Result<T, CallError<E>> {
        // Before `call` is pinned, so after it in the order of dropping: a place is free when the call is gone.
        let mut under_way = self.begin()?;
        let mut call = pin!(call);
        let watched = poll_fn(|context| under_way.enter(|| call.as_mut().poll(context)));
        // No lock is held here. All that lives across this await is the permit.
        let ended = match self.deadline {
            Some(deadline) => timeout(deadline, watched).await,
            None => Ok(watched.await),
        };
        let Ok(result) = ended else {
            under_way.verdict = Some(Verdict::Failure);
            return Err(CallError::TimedOut);
        };
        under_way.verdict = Some(under_way.enter(|| (self.classify)(&result)));
        result.map_err(CallError::Inner)
    }

    /// Takes note of a call that went wrong before it could be made, and hands its error back. Where no call would be let
    /// through, it counts as refused, and nobody judges it.
    pub(crate) fn failed_before(&self, error: E) -> Result<(), CallError<E>> {
        let result = Err(error);
        if let Ok(mut under_way) = self.begin() {
            under_way.verdict = Some(under_way.enter(|| (self.classify)(&result)));
        }
        result.map(drop).map_err(CallError::Inner)
    }

    fn begin(&self) -> Result<UnderWay<'_>, CallError<E>> {
        let permit = self.breaker.acquire().map_err(CallError::Refused)?;
        Ok(UnderWay {
            permit,
            breaker: &self.breaker,
            since: self.breaker.now(),
            slow: self.slow,
            verdict: None,
            inside: false,
        })
    }
}

/// By hand: a derived one would ask for a `T` and an `E` that can be cloned.
impl<T, E> Clone for Guard<T, E> {
    fn clone(&self) -> Self {
        Self {
            breaker: self.breaker.clone(),
            deadline: self.deadline,
            slow: self.slow,
            classify: Arc::clone(&self.classify),
        }
    }
}

/// A call that was let through. However it ends, its end comes by [`Drop`], and so does a caller who hangs up; there
/// is one place where ends are judged, and none that can be left out.
struct UnderWay<'a> {
    permit: Permit,
    breaker: &'a Breaker,
    since: Instant,
    slow: Option<Duration>,
    /// `None` as long as nobody knows how it ended.
    verdict: Option<Verdict>,
    /// The call's own code is running. Who drops this meanwhile is a panic out of it. `thread::panicking` would also say
    /// yes of a call that waits, and is dropped because something else panics.
    inside: bool,
}

impl UnderWay<'_> {
    /// Runs code that is not ours.
    fn enter<R>(&mut self, code: impl FnOnce() -> R) -> R {
        self.inside = true;
        let done = code();
        self.inside = false;
        done
    }

    fn is_slow(&self) -> bool {
        let taken = self.breaker.now().saturating_duration_since(self.since);
        self.slow.is_some_and(|slow| taken >= slow)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.permit.ending = match self.verdict {
            Some(Verdict::Unrelated) => Ending::Abandoned,
            Some(Verdict::Success) if !self.is_slow() => Ending::Success,
            Some(Verdict::Success | Verdict::Failure) => Ending::Failure,
            // Whoever has waited that long in vain knows something.
            None if self.inside || self.is_slow() => Ending::Failure,
            None => Ending::Abandoned,
        };
    }
}

impl<E> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused(_) => "the circuit refused the call",
            Self::TimedOut => "the call took too long",
            Self::Inner(_) => "the call failed",
        })
    }
}

impl<E: Error + 'static> Error for CallError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Inner(error) => Some(error),
            Self::Refused(_) | Self::TimedOut => None,
        }
    }
}
