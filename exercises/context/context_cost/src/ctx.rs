//! What a job is told from outside: when to stop, and some values.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// A context, as in Go: a signal, a deadline, and a chain of values.
#[derive(Debug, Clone)]
pub struct Ctx {
    cancelled: Arc<AtomicBool>,
    deadline: Instant,
    values: Option<Arc<Link>>,
}

#[derive(Debug)]
struct Link {
    key: &'static str,
    value: u64,
    outer: Option<Arc<Link>>,
}

/// Why a job has to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody has cancelled it.
    Cancelled,
    /// The deadline is over.
    Late,
}

impl Ctx {
    /// A context that ends at `deadline`.
    #[must_use]
    pub fn new(deadline: Instant) -> Self {
        Self {
            cancelled: Arc::default(),
            deadline,
            values: None,
        }
    }

    /// The same context with one more value. An inner value hides an outer one of the same key.
    #[must_use]
    pub fn with_value(&self, key: &'static str, value: u64) -> Self {
        let mut inner = self.clone();
        inner.values = Some(Arc::new(Link {
            key,
            value,
            outer: self.values.clone(),
        }));
        inner
    }

    /// Tells all who work in this context to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether somebody has cancelled. Says nothing about the deadline.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Whether to go on: looks at the signal, then at the clock.
    ///
    /// # Errors
    ///
    /// Says why to stop.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.is_cancelled() {
            return Err(Stopped::Cancelled);
        }
        if Instant::now() >= self.deadline {
            return Err(Stopped::Late);
        }
        Ok(())
    }

    /// The value of this key, looked for from the inside out.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<u64> {
        let mut link = self.values.as_deref();
        while let Some(Link {
            key: found,
            value,
            outer,
        }) = link
        {
            if *found == key {
                return Some(*value);
            }
            link = outer.as_deref();
        }
        None
    }
}
