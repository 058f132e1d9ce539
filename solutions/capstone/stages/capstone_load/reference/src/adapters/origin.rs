//! Where a job comes from, as the stores keep it with the job.

use std::fmt;
use std::sync::Arc;

use super::SystemClock;
use crate::domain::Timestamp;
use crate::ports::Clock;
use crate::trace::{self, TraceContext};

/// When a change was made, and as a part of what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub(super) at: Timestamp,
    pub(super) trace: Option<TraceContext>,
}

/// Notes the origin of changes.
#[derive(Clone)]
pub(super) struct Origins(Arc<dyn Clock>);

impl Origins {
    pub(super) fn by(clock: Arc<dyn Clock>) -> Self {
        Self(clock)
    }

    /// That of a change that the caller is about to make. To be called where the caller is: a thread of the store's own
    /// is part of nothing.
    pub(super) fn here(&self) -> Origin {
        Origin {
            at: self.0.now(),
            trace: trace::current(),
        }
    }
}

impl Default for Origins {
    fn default() -> Self {
        Self(Arc::new(SystemClock))
    }
}

impl fmt::Debug for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origins")
    }
}
