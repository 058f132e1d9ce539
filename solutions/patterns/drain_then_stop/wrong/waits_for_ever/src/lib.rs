//! Background jobs of a service, and how they end.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};

/// The jobs that a service has started and that have not ended.
///
/// If it is dropped without a [`shutdown`](Self::shutdown), its jobs are aborted.
#[derive(Debug)]
pub struct Jobs {
    /// `None` once the shutdown has begun. Being open and having a place to put a job are one thing,
    /// so no job can slip in between a check and the start.
    running: Mutex<Option<Running>>,
}

#[derive(Debug, Default)]
struct Running {
    tasks: JoinSet<()>,
    /// Beside the tasks and not in them: a task that panics or is aborted returns nothing.
    names: HashMap<Id, String>,
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
        Self {
            running: Mutex::new(Some(Running::default())),
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
        let Some(Running { tasks, names }) = running.as_mut() else {
            return Err(Refused {
                name: name.to_owned(),
            });
        };
        // A set keeps each task that ended until somebody asks for it.
        reap(tasks, names);
        let id = tasks.spawn(job).id();
        names.insert(id, name.to_owned());
        Ok(())
    }

    /// Ends all jobs, and reports how: refuses new ones from the first poll on, waits for those in
    /// flight until the deadline, and aborts the rest. When it returns, no job is running and all that
    /// the jobs held is dropped. To be called once.
    ///
    /// The deadline is one for all jobs together, counted from the first poll. A job can be aborted
    /// only where it awaits: one that computes or blocks holds up the return.
    ///
    /// If the returned future is dropped before it is ready, the jobs in flight are aborted.
    pub async fn shutdown(&self, _deadline: Duration) -> Report {
        let Some(Running {
            mut tasks,
            mut names,
        }) = self.running().take()
        else {
            return Report::default();
        };
        reap(&mut tasks, &mut names);

        let mut report = Report::default();
        while let Some(ended) = tasks.join_next_with_id().await {
            report.add(ended, &mut names);
        }
        report.sorted()
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        // No code of ours panics under this lock, and what it guards is whole after each statement.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self::new()
    }
}

impl Report {
    fn add(&mut self, ended: Result<(Id, ()), JoinError>, names: &mut HashMap<Id, String>) {
        let (id, list) = match ended {
            Ok((id, ())) => (id, &mut self.finished),
            Err(error) if error.is_panic() => (error.id(), &mut self.panicked),
            Err(error) => (error.id(), &mut self.aborted),
        };
        list.extend(names.remove(&id));
    }

    fn sorted(mut self) -> Self {
        for list in [&mut self.finished, &mut self.panicked, &mut self.aborted] {
            list.sort_unstable();
        }
        self
    }
}

/// Forgets the tasks that have ended.
fn reap(tasks: &mut JoinSet<()>, names: &mut HashMap<Id, String>) {
    while let Some(ended) = tasks.try_join_next_with_id() {
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        names.remove(&id);
    }
}
