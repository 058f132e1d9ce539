//! The order in which the service lets go of what runs beside its requests.

use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::stream::FuturesUnordered;

use crate::lifecycle::Phase;

/// Completes when something is to end: with the beginning of the drain, or with a turn in it. Work begins nothing new then.
pub type Stopping = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What has a turn of its own in the drain, in this order. Before all of them come the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Those who are shown changes. When their turn comes no request is left that could make one.
    Sockets,
    /// Those who work on what changes have left behind. When their turn comes nobody leaves more.
    Jobs,
}

impl Step {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sockets => "sockets",
            Self::Jobs => "jobs",
        }
    }

    pub(crate) fn phase(self) -> Phase {
        match self {
            Self::Sockets => Phase::Parting,
            Self::Jobs => Phase::Finishing,
        }
    }
}

/// When to end, for work that has a turn.
pub struct Turn {
    /// Completes when the turn has come, or when there is no more time: begin nothing new, and end.
    pub stopping: Stopping,
    /// Completes when there is no more time: what is left is dropped in a moment.
    pub cutting: Stopping,
    /// Where to count what did not come to its own end.
    pub cuts: Cuts,
}

/// How much was cut off. Clones share the count.
#[derive(Debug, Clone, Default)]
pub struct Cuts(Arc<AtomicU64>);

impl Cuts {
    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// All of them.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is being done. What is still in there when it is dropped was cut off, whoever has dropped it, and why.
pub(crate) struct Unfinished<F> {
    all: FuturesUnordered<F>,
    cuts: Cuts,
}

impl<F> Unfinished<F> {
    pub(crate) fn new(cuts: Cuts) -> Self {
        Self {
            all: FuturesUnordered::new(),
            cuts,
        }
    }
}

impl<F> Deref for Unfinished<F> {
    type Target = FuturesUnordered<F>;

    fn deref(&self) -> &FuturesUnordered<F> {
        &self.all
    }
}

impl<F> DerefMut for Unfinished<F> {
    fn deref_mut(&mut self) -> &mut FuturesUnordered<F> {
        &mut self.all
    }
}

impl<F> Drop for Unfinished<F> {
    fn drop(&mut self) {
        self.cuts.add(self.all.len() as u64);
    }
}
