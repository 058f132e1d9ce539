//! Runs the long-lived parts of a service, and restarts those that fail.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

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

/// Runs children, and restarts those that fail.
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

type Start<E> = Box<dyn Fn() -> Running<E> + Send + Sync>;
type Running<E> = Pin<Box<dyn Future<Output = Result<(), E>> + Send>>;

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
            start: Box::new(move || Box::pin(start())),
        });
        self
    }

    /// Runs all children until each has returned `Ok`.
    ///
    /// # Errors
    ///
    /// Fails when children fail too often.
    pub async fn run(self) -> Result<(), GaveUp<E>> {
        let mut running = JoinSet::new();
        for child in self.children {
            running.spawn(async move {
                while (child.start)().await.is_err() {
                    sleep(self.policy.first).await;
                }
            });
        }
        while running.join_next().await.is_some() {}
        Ok(())
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
