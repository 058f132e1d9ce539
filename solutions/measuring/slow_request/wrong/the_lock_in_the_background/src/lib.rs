//! Exchange rates, kept from one request to the next.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long rates are fresh. After that they are to be fetched anew.
pub const FRESH: Duration = Duration::from_secs(60);

/// How long rates may be used. After that a wrong price is worse than a late one.
pub const USABLE: Duration = Duration::from_secs(600);

/// What a euro costs in each currency, in millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table(pub Vec<(&'static str, u64)>);

/// The bank did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchError;

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bank did not answer")
    }
}

impl std::error::Error for FetchError {}

/// Where rates come from.
pub trait Bank: Send + Sync {
    /// Asks the bank, over the network.
    ///
    /// # Errors
    ///
    /// There is no answer.
    fn fetch(&self) -> Result<Table, FetchError>;
}

/// The threads of the service that are there for what no request waits for.
pub trait Background: Send + Sync {
    /// Runs `work` some time later, on another thread.
    fn run(&self, work: Box<dyn FnOnce() + Send>);
}

/// The rates of the service.
pub struct Rates {
    shared: Arc<Shared>,
    background: Arc<dyn Background>,
}

/// What the work in the background shares with requests.
struct Shared {
    bank: Arc<dyn Bank>,
    /// Locked to look and to put down, never while the bank is asked.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: Option<Fetched>,
    /// Somebody in the background asks the bank, or is about to.
    refreshing: bool,
}

/// Rates, and when they were asked for.
struct Fetched {
    at: Duration,
    table: Arc<Table>,
}

impl Rates {
    /// Rates of a bank. None is fetched yet.
    pub fn new(bank: Arc<dyn Bank>, background: Arc<dyn Background>) -> Self {
        let state = Mutex::default();
        Self {
            shared: Arc::new(Shared { bank, state }),
            background,
        }
    }

    /// The rates at this moment, by the service's clock.
    ///
    /// # Errors
    ///
    /// The bank was asked, and did not answer.
    pub fn get(&self, now: Duration) -> Result<Arc<Table>, FetchError> {
        let mut state = self.shared.state();
        let Some(last) = state.last.as_ref().filter(|last| now < last.at + USABLE) else {
            drop(state);
            // Nothing that may be used: here the request has to wait. Several may ask at once, since to have them wait
            // for one another is what this is about.
            return self.shared.refresh(now);
        };
        let table = last.table.clone();
        if now >= last.at + FRESH && !state.refreshing {
            state.refreshing = true;
            drop(state);
            let turn = Turn(self.shared.clone());
            self.background.run(Box::new(move || {
                // If it fails, the next request has another try: what there is may be used for some time yet.
                let _ = turn.0.refresh(now);
            }));
        }
        Ok(table)
    }
}

impl Shared {
    /// Asks the bank, and keeps what it says.
    fn refresh(&self, now: Duration) -> Result<Arc<Table>, FetchError> {
        let mut state = self.state();
        let table = Arc::new(self.bank.fetch()?);
        // An answer that was asked for earlier may come later.
        if state.last.as_ref().is_none_or(|last| last.at <= now) {
            state.last = Some(Fetched {
                at: now,
                table: table.clone(),
            });
        }
        Ok(table)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn of whoever refreshes. It ends however the work does, also if that panics or is never run.
struct Turn(Arc<Shared>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().refreshing = false;
    }
}
