//! A circuit breaker: stops calling a dependency that fails, and finds out when it works again.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, timeout};

/// When a circuit opens, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// So many failures in a row open the circuit.
    pub failures: NonZeroU32,
    /// How long an open circuit refuses every call.
    pub cool_down: Duration,
    /// A call that has no result after this long has failed.
    pub call_limit: Duration,
}

/// What a circuit does with the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Calls go through.
    Closed,
    /// The cool-down is running; calls are refused.
    Open,
    /// The cool-down is over. One call, the probe, goes through; others are refused meanwhile.
    HalfOpen,
}

/// Why a call has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError<E> {
    /// The circuit let nothing through; the dependency was not touched.
    Refused,
    /// The dependency had not answered at the limit, and the call was given up.
    TimedOut,
    /// The dependency answered with an error.
    Failed(E),
}

/// Stands between callers and one dependency. Callers share it by reference or in an `Arc`.
pub struct Breaker {
    settings: Settings,
    record: Mutex<Record>,
}

struct Record {
    failures: u32,
    /// `None` while the circuit is closed.
    opened: Option<Instant>,
    /// Counts openings and closings; a result counts only in the period its call began in.
    period: u64,
    /// The probe holds the strong side for as long as it lives, so nobody has to clean up after it.
    probe: Weak<()>,
}

impl Breaker {
    /// A closed circuit.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            record: Mutex::new(Record {
                failures: 0,
                opened: None,
                period: 0,
                probe: Weak::new(),
            }),
        }
    }

    /// What the circuit would do with a call at this moment.
    pub fn state(&self) -> State {
        match self.record().opened {
            None => State::Closed,
            Some(opened) if opened.elapsed() < self.settings.cool_down => State::Open,
            Some(_) => State::HalfOpen,
        }
    }

    /// Runs `operation` if the circuit lets it through, and learns from how it ends. A refused
    /// operation is not started.
    pub async fn call<T, E, F, Fut>(&self, operation: F) -> Result<T, CallError<E>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        let place = Arc::new(());
        let Some(period) = self.admit(&place) else {
            return Err(CallError::Refused);
        };
        let result = match timeout(self.settings.call_limit, operation()).await {
            Ok(result) => result.map_err(CallError::Failed),
            Err(_) => Err(CallError::TimedOut),
        };
        self.learn(period, result.is_ok());
        // Held until the result has been learnt: in between, a second probe could start.
        drop(place);
        result
    }

    fn admit(&self, place: &Arc<()>) -> Option<u64> {
        let mut record = self.record();
        if let Some(opened) = record.opened {
            let cooling = opened.elapsed() < self.settings.cool_down;
            if cooling || record.probe.strong_count() > 0 {
                return None;
            }
            record.probe = Arc::downgrade(place);
        }
        Some(record.period)
    }

    fn learn(&self, period: u64, success: bool) {
        let mut record = self.record();
        if record.period != period {
            return;
        }
        let probing = record.opened.is_some();
        if success {
            record.failures = 0;
            if probing {
                record.opened = None;
                record.period += 1;
            }
        } else {
            record.failures = record.failures.saturating_add(1);
            if probing || record.failures >= self.settings.failures.get() {
                record.opened = Some(Instant::now());
                record.period += 1;
            }
        }
    }

    /// Never held across an await.
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
