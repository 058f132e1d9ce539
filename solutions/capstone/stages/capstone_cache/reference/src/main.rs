//! The process around the service: its flags, its environment, its log, its signals, its exit code.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use capstone::adapters::{
    MemoryCache, MemoryTasks, RedisCache, SingleUser, SqliteTasks, SystemClock,
};
use capstone::cache::{CacheSettings, Cached};
use capstone::config::{Cache, Database};
use capstone::limits::Limits;
use capstone::ports::{CacheStore, Callers, TaskRepository};
use capstone::tasks::Tasks;
use capstone::{Application, Config, ConfigErrors, http, telemetry};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time;
use tracing::{error, warn};

/// Another exit code than that of a failure: to start again will not help.
const WRONG_CONFIGURATION: u8 = 2;

/// How long the database gets to close its file. Longer would be at the expense of the grace period.
const CLOSING: Duration = Duration::from_secs(1);

/// How long the cache gets for an answer. A database takes about as long, which is what the cache is to spare us.
const CACHE_PATIENCE: Duration = Duration::from_millis(50);

#[tokio::main]
async fn main() -> ExitCode {
    tracing::subscriber::set_global_default(telemetry::subscriber(io::stdout))
        .expect("nobody sets a default before main does");
    let config = match configuration() {
        Ok(config) => config,
        Err(errors) => {
            // A line for each, so that whoever mends them sees all of them at the first attempt.
            for error in errors.iter() {
                error!(error = %error, "the configuration is wrong");
            }
            return ExitCode::from(WRONG_CONFIGURATION);
        }
    };
    match run(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(error = telemetry::chain(&*error), "the service failed");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    // Before anything says that the service is up: until a handler is in place, SIGTERM kills.
    let stop = stop_signal()?;
    match config.database.clone() {
        Database::Memory => serve(config, Arc::new(MemoryTasks::default()), stop).await,
        Database::Sqlite(path) => {
            let tasks = SqliteTasks::open(&path).await?;
            let closed = tasks.closed();
            let outcome = serve(config, Arc::new(tasks), stop).await;
            // What was acknowledged is on the disk in any case; closed, the file has all of it by itself.
            if time::timeout(CLOSING, closed).await.is_err() {
                warn!("the database is still busy, and is left as it is");
            }
            outcome
        }
    }
}

/// Serves what is in `repository` until `stop`. When it returns, nobody uses the repository any more.
async fn serve(
    config: Config,
    repository: Arc<dyn TaskRepository>,
    stop: impl Future<Output = ()>,
) -> Result<(), Box<dyn Error>> {
    let tasks = Tasks::new(with_copies(repository, &config), Arc::new(SystemClock));
    let callers: Arc<dyn Callers> = Arc::new(SingleUser);
    let limits = Arc::new(Limits::new(config.limits.clone(), Arc::new(SystemClock)));
    // Around all routes, so that nobody has to think of it who adds some.
    let routes = http::api(tasks, Arc::clone(&callers));
    let routes = http::limited(routes, limits, callers);
    let application = Application::build(config, routes).await?;
    application.run_until_stopped(stop).await?;
    Ok(())
}

/// The repository, with the cache beside it that is configured.
fn with_copies(repository: Arc<dyn TaskRepository>, config: &Config) -> Arc<dyn TaskRepository> {
    let store: Arc<dyn CacheStore> = match &config.cache {
        Cache::None => return repository,
        Cache::Memory(count) => Arc::new(MemoryCache::new(*count)),
        Cache::Redis(url) => {
            let redis = RedisCache::new(url.expose());
            Arc::new(redis.expect("the configuration has been checked"))
        }
    };
    let settings = CacheSettings {
        ttl: config.cache_ttl,
        patience: CACHE_PATIENCE,
    };
    Arc::new(Cached::new(
        repository,
        store,
        Arc::new(SystemClock),
        settings,
    ))
}

fn configuration() -> Result<Config, ConfigErrors> {
    let flags: Vec<String> = env::args_os().skip(1).map(lossy).collect();
    let env: Vec<_> = env::vars_os()
        .map(|(name, value)| (lossy(name), lossy(value)))
        .collect();
    Config::load(&flags, &env, |path| fs::read_to_string(path))
}

/// `env::args` and `env::vars` panic at the first name or value of anybody's that is not UTF-8.
fn lossy(text: OsString) -> String {
    text.to_string_lossy().into_owned()
}

/// Completes when the process is asked to stop, by its supervisor or from a terminal.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
