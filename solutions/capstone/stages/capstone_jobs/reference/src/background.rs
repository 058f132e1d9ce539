//! What the service does beside answering requests, from its start to the end of its drain.

use std::collections::HashMap;
use std::fmt;
use std::future;
use std::io;
use std::pin::Pin;

use tokio::task::{Id, JoinError, JoinSet};
use tracing::{error, warn};

/// Completes when the service begins to drain. Work in the background begins nothing new then, and ends.
pub type Stopping = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Work that is to be done, each under its name.
#[derive(Default)]
pub(crate) struct Background(Vec<(&'static str, Work)>);

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Background {
    pub(crate) fn add(&mut self, name: &'static str, work: Work) {
        self.0.push((name, work));
    }

    pub(crate) fn start(self) -> Running {
        let mut running = Running {
            tasks: JoinSet::new(),
            names: HashMap::new(),
        };
        for (name, work) in self.0 {
            let id = running.tasks.spawn(work).id();
            running.names.insert(id, name);
        }
        running
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Work that is being done. Dropped, it ends at the next place where it waits.
pub(crate) struct Running {
    tasks: JoinSet<()>,
    names: HashMap<Id, &'static str>,
}

impl Running {
    /// Completes when some of the work has panicked, and not before. A service that goes on without it would look
    /// healthy while what it has promised piles up.
    pub(crate) async fn failed(&mut self) -> io::Error {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(failure) = ended {
                return self.named(&failure);
            }
        }
        future::pending().await
    }

    /// Waits until all of it has ended by itself.
    pub(crate) async fn finished(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(failure) = ended {
                // The service is on its way out already, and the rest of it has the right to a good end.
                error!(error = %self.named(&failure), "work in the background has failed");
            }
        }
    }

    /// Drops what has not ended. When this returns, nothing of it is left.
    pub(crate) async fn cut(&mut self) {
        let cut = self.tasks.len();
        if cut > 0 {
            warn!(cut, "work in the background cut at the drain deadline");
        }
        self.tasks.shutdown().await;
    }

    fn named(&self, failure: &JoinError) -> io::Error {
        let name = self.names.get(&failure.id()).copied().unwrap_or_default();
        io::Error::other(format!("{name}: {failure}"))
    }
}
