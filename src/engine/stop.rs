//! The wish to stop, shared by everything that runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that many hold and anybody may raise. Once raised it stays raised.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    own: Arc<AtomicBool>,
    above: Option<Arc<Stop>>,
}

impl Stop {
    /// A flag for a part of the work: raised on its own, or with this one.
    #[must_use]
    pub fn part(&self) -> Stop {
        Stop {
            own: Arc::default(),
            above: Some(Arc::new(self.clone())),
        }
    }

    /// Asks everything that holds this flag to stop.
    pub fn raise(&self) {
        self.own.store(true, Ordering::Release);
    }

    /// Whether somebody asked to stop.
    pub fn is_raised(&self) -> bool {
        self.own.load(Ordering::Acquire)
            || self.above.as_ref().is_some_and(|above| above.is_raised())
    }

    /// The flag itself, for a signal handler to raise.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_stopped_alone_or_with_the_whole() {
        let whole = Stop::default();
        let (one, other) = (whole.part(), whole.part());
        one.raise();
        assert!(one.is_raised() && !other.is_raised() && !whole.is_raised());
        whole.raise();
        assert!(other.is_raised());
    }
}
