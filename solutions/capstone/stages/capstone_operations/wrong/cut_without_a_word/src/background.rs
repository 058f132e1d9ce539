//! What the service does beside answering requests, from its start to the end of its drain.

use std::collections::HashMap;
use std::fmt;
use std::future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tracing::{error, warn};

use crate::turn::Step;

/// Work that is to be done, each under its name, and with its turn in the drain if it has one.
#[derive(Default)]
pub(crate) struct Background(Vec<(Named, Work)>);

#[derive(Debug, Clone, Copy)]
struct Named {
    name: &'static str,
    step: Option<Step>,
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Background {
    pub(crate) fn add(&mut self, name: &'static str, step: Option<Step>, work: Work) {
        self.0.push((Named { name, step }, work));
    }

    pub(crate) fn start(self) -> Running {
        let mut running = Running {
            tasks: JoinSet::new(),
            left: HashMap::new(),
        };
        for (named, work) in self.0 {
            let id = running.tasks.spawn(work).id();
            running.left.insert(id, named);
        }
        running
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(named, _)| named))
            .finish()
    }
}

/// Work that is being done. Dropped, it ends at the next place where it waits.
pub(crate) struct Running {
    tasks: JoinSet<()>,
    /// Of what has not ended.
    left: HashMap<Id, Named>,
}

impl Running {
    /// Completes when some of the work has panicked, and not before. A service that goes on without it would look
    /// healthy while what it has promised piles up.
    pub(crate) async fn failed(&mut self) -> io::Error {
        while let Some(ended) = self.next_ended().await {
            if let Err(failure) = ended {
                return failure;
            }
        }
        future::pending().await
    }

    /// Waits until what has this turn has ended by itself.
    pub(crate) async fn finished_at(&mut self, step: Step) {
        while self.left.values().any(|named| named.step == Some(step)) {
            self.one_finished().await;
        }
    }

    /// Waits until all of it has ended by itself.
    pub(crate) async fn finished(&mut self) {
        while self.one_finished().await {}
    }

    async fn one_finished(&mut self) -> bool {
        let ended = self.next_ended().await;
        if let Some(Err(failure)) = &ended {
            // The service is on its way out already, and the rest of it has the right to a good end.
            error!(error = %failure, "work in the background has failed");
        }
        ended.is_some()
    }

    async fn next_ended(&mut self) -> Option<io::Result<()>> {
        Some(match self.tasks.join_next_with_id().await? {
            Ok((id, ())) => {
                self.left.remove(&id);
                Ok(())
            }
            Err(failure) => Err(self.named(&failure)),
        })
    }

    /// Drops what has not ended after a moment, in which it can say a last word. When this returns, nothing of it is left.
    pub(crate) async fn cut(&mut self, _: Duration) {
        let cut = self.tasks.len();
        if cut > 0 {
            warn!(cut, "work in the background cut at the drain deadline");
        }
        self.tasks.shutdown().await;
    }

    fn named(&mut self, failure: &JoinError) -> io::Error {
        let name = self.left.remove(&failure.id()).map_or("", |it| it.name);
        io::Error::other(format!("{name}: {failure}"))
    }
}
