//! What the service says of its health to whoever runs it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a dependency may take to answer.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// How long what dependencies said is good for.
pub const FRESH: Duration = Duration::from_secs(2);

/// A dependency's answer to come: that it is well, or what is wrong, in words for our log.
pub type Checking<'d> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'd>>;

/// Something that the service uses, such as a database.
pub trait Dependency: Send + Sync {
    /// Its name, for people.
    fn name(&self) -> &str;

    /// Whether the service is of no use without it.
    fn needed(&self) -> bool;

    /// Asks how it is.
    fn check(&self) -> Checking<'_>;
}

/// An answer to a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 200 or 503.
    pub status: u16,
    /// For people: a reason, or the dependencies that are not well.
    pub body: String,
}

/// The health of a service.
pub struct Health {
    dependencies: Vec<Box<dyn Dependency>>,
    started: AtomicBool,
    draining: AtomicBool,
}

impl Health {
    /// A service that is starting, with these dependencies.
    pub fn new(dependencies: Vec<Box<dyn Dependency>>) -> Self {
        Self {
            dependencies,
            started: AtomicBool::new(false),
            draining: AtomicBool::new(false),
        }
    }

    /// The service has started: it takes requests.
    pub fn started(&self) {
        self.started.store(true, Ordering::Release);
    }

    /// The service is about to stop. It answers what it has, and should be sent nothing more.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// `/livez`: 503 has the process killed and started anew.
    pub async fn live(&self) -> Answer {
        self.healthy().await
    }

    /// `/readyz`: 503 has requests sent elsewhere, until it is 200 again.
    pub async fn ready(&self) -> Answer {
        self.healthy().await
    }

    async fn healthy(&self) -> Answer {
        if !self.started.load(Ordering::Acquire) {
            return unavailable("starting");
        }
        if self.draining.load(Ordering::Acquire) {
            return unavailable("draining");
        }
        for dependency in &self.dependencies {
            if let Err(error) = dependency.check().await {
                return unavailable(&format!("{}: {error}", dependency.name()));
            }
        }
        Answer {
            status: 200,
            body: String::new(),
        }
    }
}

fn unavailable(body: &str) -> Answer {
    Answer {
        status: 503,
        body: body.to_owned(),
    }
}
