//! What happens to a batch.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use tokio::sync::oneshot;

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
    jobs: mpsc::Sender<Job>,
    pager: PhantomData<fn() -> P>,
}

/// The alarms of a batch, and who waits for their number.
type Job = (Vec<Alarm>, oneshot::Sender<usize>);

impl<P: Pager> Monitor<P> {
    /// A monitor with an empty board.
    pub fn new(rules: Rules, pager: P) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let (pager, waiting) = (Arc::new(pager), Arc::new(Mutex::new(waiting)));
        for _ in 0..LINES {
            let (pager, waiting) = (Arc::clone(&pager), Arc::clone(&waiting));
            // They end when the monitor is gone, and with it the sender.
            thread::spawn(move || {
                while let Some((alarms, answer)) = next(&waiting) {
                    // Nobody may wait for it any more.
                    let _ = answer.send(call_all(&*pager, &alarms));
                }
            });
        }
        Self {
            rules,
            board: Arc::new(Board::new(&Recorder::off())),
            jobs,
            pager: PhantomData,
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
        if alarms.is_empty() {
            return Ok(0);
        }
        let (answer, taken) = oneshot::channel();
        // The threads are there for as long as this is.
        let _ = self.jobs.send((alarms, answer));
        Ok(taken.await.unwrap_or(0))
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

/// The next job; none when the monitor is gone. A function, so that the lock is back before anybody is called.
fn next(waiting: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.recv().ok()
}
