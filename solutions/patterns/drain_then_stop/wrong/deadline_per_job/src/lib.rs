//! Background jobs of a service, and how they end.

use std::error::Error;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};
use tokio::time;

/// The jobs that a service has started and that have not ended.
#[derive(Debug)]
pub struct Jobs {
    running: Mutex<Option<Running>>,
}

/// Each job's name beside its handle, in the order in which they were submitted.
type Running = Vec<(String, JoinHandle<()>)>;

/// How the jobs ended that were in flight when the shutdown began. Each list is sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// They returned.
    pub finished: Vec<String>,
    /// They panicked.
    pub panicked: Vec<String>,
    /// They were still running at the deadline.
    pub aborted: Vec<String>,
}

/// A job came too late: the shutdown has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The name of the job.
    pub name: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job `{}` refused, the service shuts down", self.name)
    }
}

impl Error for Refused {}

impl Jobs {
    /// No jobs yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            running: Mutex::new(Some(Vec::new())),
        }
    }

    /// Starts a job. Several may have the same name.
    ///
    /// # Errors
    ///
    /// Refuses the job, and drops it, once [`shutdown`](Self::shutdown) has begun.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn submit(
        &self,
        name: &str,
        job: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Refused> {
        let mut running = self.running();
        let Some(running) = running.as_mut() else {
            return Err(Refused {
                name: name.to_owned(),
            });
        };
        running.retain(|(_, job)| !job.is_finished());
        running.push((name.to_owned(), tokio::spawn(job)));
        Ok(())
    }

    /// Ends all jobs, and reports how: refuses new ones, waits for those in flight until the deadline,
    /// and aborts the rest. When it returns, all that the jobs held is dropped. To be called once.
    pub async fn shutdown(&self, deadline: Duration) -> Report {
        let mut running = self.running().take().unwrap_or_default();
        running.retain(|(_, job)| !job.is_finished());

        let mut report = Report::default();
        for (name, mut job) in running {
            let ended = match time::timeout(deadline, &mut job).await {
                Ok(ended) => ended,
                Err(_) => {
                    job.abort();
                    job.await
                }
            };
            report.add(name, ended);
        }
        report.sorted()
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self::new()
    }
}

impl Report {
    fn add(&mut self, name: String, ended: Result<(), JoinError>) {
        match ended {
            Ok(()) => self.finished.push(name),
            Err(error) if error.is_panic() => self.panicked.push(name),
            Err(_) => self.aborted.push(name),
        }
    }

    fn sorted(mut self) -> Self {
        self.finished.sort_unstable();
        self.panicked.sort_unstable();
        self.aborted.sort_unstable();
        self
    }
}
