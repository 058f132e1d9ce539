// A clock that stands still until a test moves it. For stages 5 and later.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use workerpool::Clock;

use super::support::eventually;

/// Clones are the same clock.
#[derive(Clone)]
pub struct FakeClock {
    start: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    passed: Duration,
    parked: Vec<(Thread, Instant)>,
}

impl FakeClock {
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            state: Arc::default(),
        }
    }

    /// So many seconds after the start.
    pub fn at(&self, seconds: u64) -> Instant {
        self.start + Duration::from_secs(seconds)
    }

    pub fn advance(&self, seconds: u64) {
        let mut state = self.lock();
        state.passed += Duration::from_secs(seconds);
        let now = self.start + state.passed;
        // Only those whose moment has come. One that is woken for nothing may take a job that another was called
        // for, which is right of it, and would make it a matter of chance who is idle since when.
        for (thread, _) in state.parked.iter().filter(|(_, until)| *until <= now) {
            thread.unpark();
        }
    }

    /// Waits until so many threads wait on this clock for that moment.
    pub fn await_parked(&self, threads: usize, seconds: u64) {
        let until = self.at(seconds);
        let what = format!(
            "{threads} threads must wait on the pool's clock until second {seconds}, by `Clock::park_until`"
        );
        eventually(&what, || {
            let state = self.lock();
            state.parked.iter().filter(|(_, at)| *at == until).count() == threads
        });
    }

    /// Waits until nobody waits any more for a moment that has come.
    pub fn settle(&self) {
        eventually("threads whose moment has come must go on", || {
            let state = self.lock();
            let now = self.start + state.passed;
            state.parked.iter().all(|(_, until)| *until > now)
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        self.start + self.lock().passed
    }

    fn park_until(&self, until: Instant) {
        let this = thread::current();
        let mut state = self.lock();
        if self.start + state.passed >= until {
            return;
        }
        state.parked.push((this.clone(), until));
        drop(state);
        thread::park();
        self.lock()
            .parked
            .retain(|(parked, _)| parked.id() != this.id());
    }
}
