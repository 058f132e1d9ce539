//! Runs the long-lived parts of a service, and restarts those that fail.

use std::any::Any;
use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep};

/// How children are restarted, and when that is given up.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The pause before a child is restarted that has failed once.
    pub first: Duration,
    /// The pause doubles with each failure in a row, up to this.
    pub longest: Duration,
    /// A child that has run for so long before it failed has been well: its failures in a row start
    /// again.
    pub steady: Duration,
    /// The supervisor gives up at the failure after so many,
    pub restarts: usize,
    /// if they all happened in less than this time.
    pub within: Duration,
}

/// Runs children, and restarts those that fail: each by itself and after a pause of its own, all of
/// them within one budget of failures.
pub struct Supervisor<E> {
    policy: Policy,
    children: Vec<Child<E>>,
}

/// Too many failures. This was the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GaveUp<E> {
    /// The child that failed.
    pub child: String,
    /// How it failed.
    pub failure: Failure<E>,
}

/// How a child has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<E> {
    /// It has returned this error.
    Error(E),
    /// It has panicked, with this text if it was one.
    Panicked(Option<String>),
}

struct Child<E> {
    name: String,
    start: Start<E>,
}

type Start<E> = Arc<dyn Fn() -> Running<E> + Send + Sync>;
type Running<E> = Pin<Box<dyn Future<Output = Result<(), E>> + Send>>;

/// The failures that count, of all children.
#[derive(Debug, Default)]
struct Recent(Mutex<VecDeque<Instant>>);

impl<E: Send + 'static> Supervisor<E> {
    /// No child so far.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            children: Vec::new(),
        }
    }

    /// Adds a child. `start` is called each time it is started.
    #[must_use]
    pub fn child<F>(mut self, name: &str, start: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
    {
        self.children.push(Child {
            name: name.to_owned(),
            start: Arc::new(move || Box::pin(start())),
        });
        self
    }

    /// Runs all children until each has returned `Ok`. One that fails, by an error or a panic, is
    /// started again after a pause, and the others do not notice.
    ///
    /// When this returns, no child is running. If its future is dropped, the children are
    /// aborted, but nobody waits for that.
    ///
    /// # Errors
    ///
    /// Gives up at the failure after `restarts` that happened in less than `within`, counted over all
    /// children. The others are aborted then, and waited for: whoever gets this error may start anew.
    pub async fn run(self) -> Result<(), GaveUp<E>> {
        let recent = Arc::new(Recent::default());
        let mut loops = JoinSet::new();
        for child in self.children {
            loops.spawn(look_after(child, self.policy, Arc::clone(&recent)));
        }
        while let Some(ended) = loops.join_next().await {
            if let Ok(Err(gave_up)) = ended {
                loops.shutdown().await;
                return Err(gave_up);
            }
        }
        Ok(())
    }
}

/// Runs one child until it returns `Ok`, or until all children together have failed too often.
async fn look_after<E: Send + 'static>(
    child: Child<E>,
    policy: Policy,
    recent: Arc<Recent>,
) -> Result<(), GaveUp<E>> {
    let mut next = policy.first;
    loop {
        let started = Instant::now();
        let start = Arc::clone(&child.start);
        // A set of one, for what a bare handle does not do: abort the child when this is dropped.
        let mut attempt = JoinSet::new();
        attempt.spawn(async move { start().await });
        let failure = match attempt.join_next().await {
            None | Some(Ok(Ok(()))) => return Ok(()),
            Some(Ok(Err(error))) => Failure::Error(error),
            Some(Err(error)) => Failure::of(error),
        };
        if recent.add(policy) > policy.restarts {
            return Err(GaveUp {
                child: child.name,
                failure,
            });
        }
        if started.elapsed() >= policy.steady {
            next = policy.first;
        }
        let pause = next.min(policy.longest);
        next = pause.saturating_mul(2);
        sleep(pause).await;
    }
}

impl Recent {
    /// Adds a failure that happens now. How many count now?
    fn add(&self, policy: Policy) -> usize {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.push_back(Instant::now());
        recent.retain(|at| at.elapsed() < policy.within);
        recent.len()
    }
}

impl<E> Failure<E> {
    fn of(error: JoinError) -> Self {
        // Nobody aborts an attempt that is still waited for, so this is a panic.
        let payload: Option<Box<dyn Any + Send>> = error.try_into_panic().ok();
        let text = payload.and_then(|payload| match payload.downcast::<String>() {
            Ok(text) => Some(*text),
            Err(payload) => payload.downcast_ref::<&str>().map(ToString::to_string),
        });
        Self::Panicked(text)
    }
}

impl<E: fmt::Display> fmt::Display for GaveUp<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "too many failures, the last of `{}`: {}",
            self.child, self.failure
        )
    }
}

impl<E: Error> Error for GaveUp<E> {}

impl<E: fmt::Display> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Panicked(Some(text)) => write!(f, "panicked: {text}"),
            Self::Panicked(None) => f.write_str("panicked"),
        }
    }
}

impl<E> fmt::Debug for Supervisor<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self
            .children
            .iter()
            .map(|child| child.name.as_str())
            .collect();
        f.debug_struct("Supervisor")
            .field("policy", &self.policy)
            .field("children", &names)
            .finish()
    }
}
