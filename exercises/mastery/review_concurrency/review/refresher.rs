//! Threads that ask for prices again.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use crate::cache::Cache;
use crate::ports::{Gauges, Source};

struct State {
    queue: VecDeque<String>,
    idle: usize,
    stopping: bool,
}

struct Shared {
    cache: Arc<Cache>,
    source: Arc<dyn Source>,
    gauges: Arc<dyn Gauges>,
    state: Mutex<State>,
    changed: Condvar,
}

/// Asks the source again for articles that are likely to have changed.
pub struct Refresher {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Refresher {
    /// Starts so many threads.
    pub fn start(
        cache: Arc<Cache>,
        source: Arc<dyn Source>,
        gauges: Arc<dyn Gauges>,
        threads: usize,
    ) -> Self {
        let shared = Arc::new(Shared {
            cache,
            source,
            gauges,
            state: Mutex::new(State {
                queue: VecDeque::new(),
                idle: 0,
                stopping: false,
            }),
            changed: Condvar::new(),
        });
        let threads = (0..threads)
            .map(|_| {
                let shared = shared.clone();
                thread::spawn(move || shared.work())
            })
            .collect();
        Refresher { shared, threads }
    }

    /// Asks for an article soon. Every request of a customer calls this. Returns whether it waits now.
    pub fn push(&self, sku: &str) -> bool {
        let mut state = self.shared.state();
        // A look through the whole queue for each request was half of our CPU time.
        state.queue.push_back(sku.to_owned());
        self.shared.gauges.set("waiting", state.queue.len());
        self.shared.changed.notify_one();
        true
    }

    /// Asks for an article now, past the queue. The back office does, a few times a day.
    pub fn refresh_now(&self, sku: &str) {
        let (shared, sku) = (self.shared.clone(), sku.to_owned());
        thread::spawn(move || shared.refresh(&sku));
    }

    /// How many articles wait.
    pub fn waiting(&self) -> usize {
        self.shared.state().queue.len()
    }

    /// Works off what waits and ends. No thread of ours is left then, and none of our calls.
    pub fn stop(self) {
        self.shared.state().stopping = true;
        self.shared.changed.notify_one();
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(sku) = self.next() {
            self.refresh(&sku);
        }
    }

    fn next(&self) -> Option<String> {
        let mut state = self.state();
        loop {
            if let Some(sku) = state.queue.pop_front() {
                return Some(sku);
            }
            if state.stopping {
                return None;
            }
            state.idle += 1;
            self.gauges.set("idle", state.idle);
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    fn refresh(&self, sku: &str) {
        if let Ok(cents) = self.source.price(sku) {
            self.cache.put(sku, cents);
        }
    }
}
