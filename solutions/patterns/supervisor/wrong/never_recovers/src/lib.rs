//! Runs the long-lived parts of a service, and restarts those that fail.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
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

/// A child in the supervisor's books.
struct Ward<E> {
    child: Child<E>,
    /// Failures in a row.
    failures: u32,
    /// When it was started last, or will be.
    starts: Instant,
}

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
    /// When this returns, or panics, no child is running. If its future is dropped, the children are
    /// aborted, but nobody waits for that.
    ///
    /// # Errors
    ///
    /// Gives up at the failure after `restarts` that happened in less than `within`, counted over all
    /// children. The others are aborted then, and waited for: whoever gets this error may start anew.
    pub async fn run(self) -> Result<(), GaveUp<E>> {
        let mut wards: Vec<Ward<E>> = Vec::new();
        let mut running = Attempts::default();
        for (index, child) in self.children.into_iter().enumerate() {
            running.spawn(index, &child.start, Duration::ZERO);
            wards.push(Ward {
                child,
                failures: 0,
                starts: Instant::now(),
            });
        }
        let mut recent = VecDeque::new();
        while let Some((index, result)) = running.next().await {
            let Err(failure) = result else { continue };
            let now = Instant::now();
            let ward = &mut wards[index];

            recent.push_back(now);
            while recent
                .front()
                .is_some_and(|&at| now - at >= self.policy.within)
            {
                recent.pop_front();
            }
            if recent.len() > self.policy.restarts {
                running.tasks.shutdown().await;
                return Err(GaveUp {
                    child: ward.child.name.clone(),
                    failure,
                });
            }

            ward.failures = ward.failures.saturating_add(1);
            let pause = self.policy.pause(ward.failures);
            // A start that far away never comes.
            ward.starts = now.checked_add(pause).unwrap_or(now);
            running.spawn(index, &ward.child.start, pause);
        }
        Ok(())
    }
}

impl Policy {
    /// The pause after so many failures in a row, one or more.
    fn pause(&self, failures: u32) -> Duration {
        // After the 32nd failure two to that power is no `u32` any more; then it is the longest pause
        // for certain.
        2_u32
            .checked_pow(failures - 1)
            .and_then(|factor| self.first.checked_mul(factor))
            .map_or(self.longest, |pause| pause.min(self.longest))
    }
}

/// The attempts of all children: a task each, which pauses first. The pause is in the task and not in the
/// supervisor's loop, where it would keep all other children waiting.
struct Attempts<E> {
    tasks: JoinSet<Result<(), E>>,
    /// Beside the tasks and not in their results: a task that panics returns nothing.
    children: HashMap<Id, usize>,
}

impl<E: Send + 'static> Attempts<E> {
    fn spawn(&mut self, child: usize, start: &Start<E>, pause: Duration) {
        let start = Arc::clone(start);
        let task = self.tasks.spawn(async move {
            sleep(pause).await;
            // In here, so that a panic of `start` is the child's as well.
            start().await
        });
        self.children.insert(task.id(), child);
    }

    /// The next attempt that ends, with the index of its child.
    async fn next(&mut self) -> Option<(usize, Result<(), Failure<E>>)> {
        let (id, result) = match self.tasks.join_next_with_id().await? {
            Ok((id, result)) => (id, result.map_err(Failure::Error)),
            Err(error) => (error.id(), Err(Failure::of(error))),
        };
        let child = self.children.remove(&id)?;
        Some((child, result))
    }
}

impl<E> Default for Attempts<E> {
    fn default() -> Self {
        Self {
            tasks: JoinSet::new(),
            children: HashMap::new(),
        }
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
