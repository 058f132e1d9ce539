//! What happens to a batch.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::sync::Recorder;
use crate::{BadLine, Board, Rules, batch};

/// How many calls there are at once, at the most.
const LINES: usize = 4;

/// It is too warm somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The probe.
    pub probe: String,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Tenths of a degree Celsius.
    pub tenths: i32,
    /// How warm it may be.
    pub limit: i32,
}

/// Somebody could not be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagerError;

impl fmt::Display for PagerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the pager's gateway did not take the call")
    }
}

impl std::error::Error for PagerError {}

/// Calls whoever is on duty.
pub trait Pager: Send + Sync + 'static {
    /// Calls, over the network, and returns when the call was taken. Its library knows nothing of tasks.
    ///
    /// # Errors
    ///
    /// The call was not taken.
    fn call(&self, alarm: &Alarm) -> Result<(), PagerError>;
}

/// The service.
pub struct Monitor<P> {
    rules: Rules,
    board: Arc<Board>,
    pager: Arc<P>,
    lines: [Arc<Semaphore>; LINES],
    next: AtomicUsize,
}

impl<P: Pager> Monitor<P> {
    /// A monitor with an empty board.
    pub fn new(rules: Rules, pager: P) -> Self {
        Self {
            rules,
            board: Arc::new(Board::new(&Recorder::off())),
            pager: Arc::new(pager),
            lines: std::array::from_fn(|_| Arc::new(Semaphore::new(1))),
            next: AtomicUsize::new(0),
        }
    }

    /// The board.
    pub fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// Takes a batch in and returns its alarms, in order.
    ///
    /// # Errors
    ///
    /// A line is no reading; then nothing of the batch is taken.
    pub fn ingest(&self, text: &str) -> Result<Vec<Alarm>, BadLine> {
        let readings = batch(text)?;
        self.board.note(&readings);
        let mut alarms = Vec::new();
        for reading in &readings {
            let limit = self.rules.limit(&reading.probe);
            if let Some(limit) = limit.filter(|limit| reading.tenths > *limit) {
                alarms.push(Alarm {
                    probe: reading.probe.to_string(),
                    at: reading.at,
                    tenths: reading.tenths,
                    limit,
                });
            }
        }
        Ok(alarms)
    }

    /// Takes a batch in, and calls for each of its alarms, in order. Returns how many calls were taken. Once it has been polled, calls
    /// are made whether or not anybody still waits for the number.
    ///
    /// # Errors
    ///
    /// As [`Monitor::ingest`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, if there are alarms.
    pub async fn receive(&self, text: &str) -> Result<usize, BadLine> {
        let alarms = self.ingest(text)?;
        if alarms.is_empty() {
            return Ok(0);
        }
        let next = self.next.fetch_add(1, Ordering::Relaxed) % LINES;
        let (pager, lines) = (Arc::clone(&self.pager), Arc::clone(&self.lines[next]));
        // A task of its own, so that it goes on if this future is dropped, while it waits for a line, too. One line for a batch keeps
        // its calls in order.
        let calls = tokio::spawn(async move {
            let line = lines.acquire_owned().await;
            spawn_blocking(move || {
                // Back when the last call is over, not when somebody stops waiting.
                let _line = line;
                call_all(&*pager, &alarms)
            })
            .await
        });
        // An error is the end of the runtime.
        Ok(calls.await.and_then(|taken| taken).unwrap_or(0))
    }
}

/// Calls for each alarm, in order, and returns how many calls were taken. Keeps its thread for as long as telephones ring.
fn call_all(pager: &impl Pager, alarms: &[Alarm]) -> usize {
    let is_taken = |alarm: &&Alarm| {
        // The pager's library is not ours. If it panics, nobody was called, and the next alarm is none the less urgent.
        let call = catch_unwind(AssertUnwindSafe(|| pager.call(alarm)));
        call.is_ok_and(|taken| taken.is_ok())
    };
    alarms.iter().filter(is_taken).count()
}
