//! What happens to a batch.

use std::fmt;
use std::sync::Arc;

use crate::sync::Recorder;
use crate::{BadLine, Board, Rules, batch};

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
}

impl<P: Pager> Monitor<P> {
    /// A monitor with an empty board.
    pub fn new(rules: Rules, pager: P) -> Self {
        Self {
            rules,
            board: Arc::new(Board::new(&Recorder::off())),
            pager: Arc::new(pager),
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

    /// Takes a batch in, and calls for each of its alarms, in order. Returns how many calls were taken.
    ///
    /// # Errors
    ///
    /// As [`Monitor::ingest`].
    pub async fn receive(&self, text: &str) -> Result<usize, BadLine> {
        let alarms = self.ingest(text)?;
        let calls = alarms.iter().map(|alarm| self.pager.call(alarm));
        Ok(calls.filter(Result::is_ok).count())
    }
}
