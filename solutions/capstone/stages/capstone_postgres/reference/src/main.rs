//! The process around the service: its flags, its environment, its log, its signals, its exit code.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use capstone::accounts::{self, Accounts, Means};
use capstone::adapters::{
    Argon2Passwords, Cost, FileNotices, LogNotices, MemoryAccounts, MemoryCache, MemoryTasks,
    PostgresSettings, PostgresTasks, RedisCache, SqliteTasks, SystemClock, SystemDice,
    SystemRandom,
};
use capstone::cache::{CacheSettings, Cached};
use capstone::config::{Cache, Database, Notices, TokenKey};
use capstone::jobs::{self, Workers};
use capstone::limits::Limits;
use capstone::ports::{
    AccountRepository, CacheStore, Callers, Clock, JobQueue, Notifier, Random, StoreError,
    TaskRepository,
};
use capstone::tasks::Tasks;
use capstone::{Application, Config, ConfigErrors, Secret, http, telemetry};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time;
use tracing::{error, info, warn};

/// Another exit code than that of a failure: to start again will not help.
const WRONG_CONFIGURATION: u8 = 2;

/// How long the database gets to close its file. Longer would be at the expense of the grace period.
const CLOSING: Duration = Duration::from_secs(1);

/// How long to wait for a database that was not there when the service was started, before the next look.
const UNTIL_NEXT_LOOK: Duration = Duration::from_secs(1);

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
    let mut stop = Box::pin(stop_signal()?);
    match config.database.clone() {
        Database::Memory => {
            let tasks = Arc::new(MemoryTasks::default());
            let stores = Stores {
                jobs: tasks.clone(),
                tasks,
                accounts: Arc::new(MemoryAccounts::default()),
                away: None,
            };
            serve(config, stores, stop).await
        }
        Database::Sqlite(path) => {
            let tasks = Arc::new(SqliteTasks::open(&path).await?);
            let closed = tasks.closed();
            let stores = Stores {
                accounts: Arc::new(tasks.accounts()),
                jobs: tasks.clone(),
                tasks,
                away: None,
            };
            let outcome = serve(config, stores, stop).await;
            // What was acknowledged is on the disk in any case; closed, the file has all of it by itself.
            if time::timeout(CLOSING, closed).await.is_err() {
                warn!("the database is still busy, and is left as it is");
            }
            outcome
        }
        Database::Postgres(url) => {
            let settings = PostgresSettings {
                connections: config.database_connections,
                patience: config.database_patience,
            };
            let tasks = PostgresTasks::new(url.expose(), settings);
            let tasks = Arc::new(tasks.expect("the configuration has been checked"));
            let prepared = tokio::select! {
                prepared = tasks.prepare() => prepared,
                // New tables may take minutes, which nobody has who stops us. Half of them are none: it is a transaction.
                () = &mut stop => return Ok(()),
            };
            let away = match prepared {
                Ok(()) => None,
                // Whoever starts us again has no better database. Here it is waited for, with answers meanwhile.
                Err(error) if error.is_unavailable() => Some((PostgresTasks::clone(&tasks), error)),
                Err(error) => return Err(error.into()),
            };
            let stores = Stores {
                accounts: Arc::new(tasks.accounts()),
                jobs: tasks.clone(),
                tasks,
                away,
            };
            serve(config, stores, stop).await
        }
    }
}

/// Where everything is kept. Tasks and jobs are in one place, so that a change and its job are one step.
struct Stores {
    tasks: Arc<dyn TaskRepository>,
    jobs: Arc<dyn JobQueue>,
    accounts: Arc<dyn AccountRepository>,
    /// What is still to be prepared, and why it could not be until now.
    away: Option<(PostgresTasks, StoreError)>,
}

/// Serves what is in `stores`, and tells of its changes, until `stop`. When it returns, nobody uses them any more.
async fn serve(
    config: Config,
    stores: Stores,
    stop: impl Future<Output = ()>,
) -> Result<(), Box<dyn Error>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let policy = jobs::Policy {
        lease: config.job_lease,
        ..jobs::Policy::default()
    };
    let workers = Workers::new(
        stores.jobs,
        notifier(&config.notices)?,
        Arc::clone(&clock),
        Arc::new(SystemDice::default()),
        policy,
    );
    let tasks = Tasks::new(with_copies(stores.tasks, &config), Arc::clone(&clock));
    let accounts = accounts(&config, stores.accounts)?;
    let callers: Arc<dyn Callers> = Arc::new(accounts.clone());
    let routes = http::Routes::new(tasks, Arc::clone(&callers))
        .accounts(accounts)
        .router();
    let limits = Arc::new(Limits::new(config.limits.clone(), clock));
    // Around all routes, so that nobody has to think of it who adds some.
    let routes = http::limited(routes, limits, callers);
    let application = Application::build(config, routes).await?;
    let mut application = application.with_background("jobs", |stopping| workers.run(stopping));
    if let Some((tasks, error)) = stores.away {
        application = application.with_background("database", |stopping| async move {
            tokio::select! {
                () = stopping => {}
                () = prepared(tasks, error) => {}
            }
        });
    }
    application.run_until_stopped(stop).await?;
    Ok(())
}

/// Completes when the database is there and has its tables.
async fn prepared(tasks: PostgresTasks, mut error: StoreError) {
    loop {
        let cause = telemetry::chain(&error);
        warn!(
            error = cause,
            "the database can't be used yet, and is waited for"
        );
        time::sleep(UNTIL_NEXT_LOOK).await;
        match tasks.prepare().await {
            Ok(()) => break,
            Err(next) => error = next,
        }
    }
    info!("the database can be used");
}

fn notifier(notices: &Notices) -> Result<Arc<dyn Notifier>, String> {
    match notices {
        Notices::Log => Ok(Arc::new(LogNotices)),
        Notices::File(path) => match FileNotices::open(path) {
            Ok(file) => Ok(Arc::new(file)),
            Err(error) => Err(format!(
                "cannot write notices to {}: {error}",
                path.display()
            )),
        },
    }
}

fn accounts(
    config: &Config,
    repository: Arc<dyn AccountRepository>,
) -> Result<Accounts, StoreError> {
    let random = SystemRandom::open()?;
    let mut keys = config.token_keys.iter().cloned();
    let signing = match keys.next() {
        Some(key) => key,
        None => key_of_this_run(&random)?,
    };
    let policy = accounts::Policy {
        trusted: keys.collect(),
        ..accounts::Policy::signed_with(signing)
    };
    let hasher = Argon2Passwords::new(Cost::default(), config.password_pepper.clone())?;
    let means = Means {
        repository,
        hasher: Arc::new(hasher),
        clock: Arc::new(SystemClock),
        random: Arc::new(random),
    };
    Ok(Accounts::new(means, policy))
}

/// Without a configured key nobody else can know the one in use. Its tokens end with the process, and clients
/// refresh; a second instance would not believe them.
fn key_of_this_run(random: &SystemRandom) -> Result<TokenKey, StoreError> {
    let mut bytes = [0; 40];
    random.fill(&mut bytes)?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let (id, secret) = hex.split_at(16);
    Ok(TokenKey {
        id: format!("run-{id}"),
        secret: Secret::new(secret),
    })
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
