//! What the service says of its health to whoever runs it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

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
    /// Locked while dependencies are asked, so that probes which come together wait for one answer. The wait is
    /// bounded by `PATIENCE`, and a prober that hangs up gives the lock back.
    last: Mutex<Option<Asked>>,
}

/// What dependencies said, and when.
struct Asked {
    at: Instant,
    answer: Answer,
}

impl Health {
    /// A service that is starting, with these dependencies.
    pub fn new(dependencies: Vec<Box<dyn Dependency>>) -> Self {
        Self {
            dependencies,
            started: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            last: Mutex::new(None),
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
        // That this is answered at all is the answer: the runtime takes connections and runs tasks. All else would
        // be no reason to kill the process.
        Answer {
            status: 200,
            body: "alive".to_owned(),
        }
    }

    /// `/readyz`: 503 has requests sent elsewhere, until it is 200 again.
    pub async fn ready(&self) -> Answer {
        if let Some(refusal) = self.refusal() {
            return refusal;
        }
        let answer = self.dependencies().await;
        // Once more, for a drain that began meanwhile: this answer would bring requests for as long as the prober
        // believes it.
        self.refusal().unwrap_or(answer)
    }

    /// Why no request should come, whatever dependencies say.
    fn refusal(&self) -> Option<Answer> {
        if self.draining.load(Ordering::Acquire) {
            Some(unavailable("draining"))
        } else if !self.started.load(Ordering::Acquire) {
            Some(unavailable("starting"))
        } else {
            None
        }
    }

    async fn dependencies(&self) -> Answer {
        let mut last = self.last.lock().await;
        if let Some(asked) = last.as_ref().filter(|asked| asked.at.elapsed() < FRESH) {
            return asked.answer.clone();
        }
        let checks = self.dependencies.iter();
        let checks = checks.map(|dependency| timeout(PATIENCE, dependency.check()));
        let said = join_all(checks).await;
        let unwell: Vec<&dyn Dependency> = self
            .dependencies
            .iter()
            .zip(&said)
            .filter(|(_, said)| !matches!(said, Ok(Ok(()))))
            .map(|(dependency, _)| dependency.as_ref())
            .collect();
        let ready = !unwell.iter().any(|dependency| dependency.needed());
        // Names, and not what they said: that may quote an address or a password, and anybody can ask for this.
        let names: Vec<&str> = unwell.iter().map(|dependency| dependency.name()).collect();
        let answer = Answer {
            status: if ready { 200 } else { 503 },
            body: match names.as_slice() {
                [] => "ready".to_owned(),
                names => format!("not well: {}", names.join(", ")),
            },
        };
        *last = Some(Asked {
            at: Instant::now(),
            answer: answer.clone(),
        });
        answer
    }
}

fn unavailable(body: &str) -> Answer {
    Answer {
        status: 503,
        body: body.to_owned(),
    }
}
