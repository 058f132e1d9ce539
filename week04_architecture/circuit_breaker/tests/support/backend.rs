// A service with a number of slots, of which each clone has to become ready by itself, as that of a connection pool.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use tower::Service;

use crate::calls::Oops;

/// What to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Number(u32),
    /// For an error.
    Down,
    /// For no answer at all.
    Hang,
}

pub struct Backend {
    shared: Arc<Mutex<Shared>>,
    slot: Option<Slot>,
}

#[derive(Default)]
struct Shared {
    free: usize,
    waiting: Vec<Waker>,
    /// What becoming ready ends with.
    broken: Option<Oops>,
    asked: u32,
    calls: u32,
    calls_of_unready: u32,
}

/// One of the slots. It is free again when this is dropped.
pub struct Slot(Arc<Mutex<Shared>>);

impl Backend {
    pub fn new(slots: usize) -> Self {
        let shared = Shared {
            free: slots,
            ..Shared::default()
        };
        Self {
            shared: Arc::new(Mutex::new(shared)),
            slot: None,
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Shared) -> T) -> T {
        act(&mut self.shared.lock().expect("nobody panics with it"))
    }

    /// How many slots nobody has reserved.
    pub fn free(&self) -> usize {
        self.with(|shared| shared.free)
    }

    /// How often anybody has asked whether it is ready.
    pub fn asked(&self) -> u32 {
        self.with(|shared| shared.asked)
    }

    pub fn calls(&self) -> u32 {
        self.with(|shared| shared.calls)
    }

    /// Fails where a call was made of a clone that was not ready.
    pub fn assert_only_ready_ones_were_called(&self, what: &str) {
        let (calls, unready) = self.with(|shared| (shared.calls, shared.calls_of_unready));
        assert_eq!(
            unready, 0,
            "{what}: of {calls} calls {unready} went to a clone that had not said it was ready. A real service panics there, \
             or goes beyond its limit"
        );
    }

    /// From now on, becoming ready ends with this.
    pub fn break_with(&self, error: Option<Oops>) {
        self.with(|shared| shared.broken = error);
    }

    /// Takes all slots that are free, until they are dropped.
    pub fn fill(&self) -> Vec<Slot> {
        let free = self.with(|shared| std::mem::take(&mut shared.free));
        (0..free).map(|_| Slot(Arc::clone(&self.shared))).collect()
    }
}

/// A clone has promised nothing.
impl Clone for Backend {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            slot: None,
        }
    }
}

impl Service<Ask> for Backend {
    type Response = u32;
    type Error = Oops;
    type Future = Pin<Box<dyn Future<Output = Result<u32, Oops>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Oops>> {
        let mut shared = self.shared.lock().expect("nobody panics with it");
        shared.asked += 1;
        if let Some(error) = &shared.broken {
            return Poll::Ready(Err(error.clone()));
        }
        if self.slot.is_some() {
            return Poll::Ready(Ok(()));
        }
        if shared.free == 0 {
            shared.waiting.push(context.waker().clone());
            return Poll::Pending;
        }
        shared.free -= 1;
        drop(shared);
        self.slot = Some(Slot(Arc::clone(&self.shared)));
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, ask: Ask) -> Self::Future {
        let slot = self.slot.take();
        self.with(|shared| {
            shared.calls += 1;
            shared.calls_of_unready += u32::from(slot.is_none());
        });
        Box::pin(async move {
            let _slot = slot;
            match ask {
                Ask::Number(number) => Ok(number),
                Ask::Down => Err(Oops::Down),
                Ask::Hang => pending().await,
            }
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut shared = self.0.lock().expect("nobody panics with it");
        shared.free += 1;
        let waiting = std::mem::take(&mut shared.waiting);
        drop(shared);
        waiting.into_iter().for_each(Waker::wake);
    }
}
