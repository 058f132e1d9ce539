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
    PostgresSettings, PostgresTasks, RedisCache, SqliteTasks, SystemClock, SystemDice, SystemIds,
    SystemRandom,
};
use capstone::cache::{CacheSettings, Cached};
use capstone::config::{Cache, Database, Notices, TokenKey};
use capstone::jobs::{self, Workers};
use capstone::limits::Limits;
use capstone::live;
use capstone::metrics::Metrics;
use capstone::ports::{
    AccountRepository, CacheStore, Callers, Clock, Ids, JobQueue, Notifier, Random, StoreError,
    TaskRepository, UpdateLog,
};
use capstone::readiness::{self, Sources};
use capstone::tasks::Tasks;
use capstone::{Application, Config, ConfigErrors, Secret, Step, http, telemetry};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Mutex;
use tokio::time;
use tracing::{error, info, warn};

/// Another exit code than that of a failure: to start again will not help.
const WRONG_CONFIGURATION: u8 = 2;

/// How long the database gets to close its file or its connections. Longer would be at the expense of the grace period.
const CLOSING: Duration = Duration::from_secs(1);

/// How long to wait for a database that was not there when the service was started, before the next look.
const UNTIL_NEXT_LOOK: Duration = Duration::from_secs(1);

/// How long the cache gets for an answer. A database takes about as long, which is what the cache is to spare us.
const CACHE_PATIENCE: Duration = Duration::from_millis(50);

#[tokio::main]
async fn main() -> ExitCode {
    let configuration = configuration();
    // Without a configuration there is the usual log, to say what is wrong with it.
    let levels = configuration.as_ref().map(|config| config.log.clone());
    let log = telemetry::subscriber_with(io::stdout, levels.unwrap_or_default());
    tracing::subscriber::set_global_default(log).expect("nobody sets a default before main does");
    let config = match configuration {
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
    let signals = Arc::new(Mutex::new(Signals::listen()?));
    let mut stop = Box::pin(next_of(Arc::clone(&signals)));
    // Whoever presses Ctrl-C twice does not want to wait.
    let hurry = next_of(signals);
    match config.database.clone() {
        Database::Memory => {
            let tasks = Arc::new(MemoryTasks::default());
            let stores = Stores {
                jobs: tasks.clone(),
                updates: tasks.clone(),
                tasks,
                accounts: Arc::new(MemoryAccounts::default()),
                away: None,
            };
            serve(config, stores, stop, hurry).await
        }
        Database::Sqlite(path) => {
            let tasks = Arc::new(SqliteTasks::open(&path).await?);
            let closed = tasks.closed();
            let stores = Stores {
                accounts: Arc::new(tasks.accounts()),
                jobs: tasks.clone(),
                updates: tasks.clone(),
                tasks,
                away: None,
            };
            let outcome = serve(config, stores, stop, hurry).await;
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
            let closing = Arc::clone(&tasks);
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
                updates: tasks.clone(),
                tasks,
                away,
            };
            let outcome = serve(config, stores, stop, hurry).await;
            if time::timeout(CLOSING, closing.close()).await.is_err() {
                warn!("the database is still busy, and its connections are dropped");
            }
            outcome
        }
    }
}

/// Where everything is kept. Tasks, jobs and updates are in one place, so that a change and what it leaves are one step.
struct Stores {
    tasks: Arc<dyn TaskRepository>,
    jobs: Arc<dyn JobQueue>,
    updates: Arc<dyn UpdateLog>,
    accounts: Arc<dyn AccountRepository>,
    /// What is still to be prepared, and why it could not be until now.
    away: Option<(PostgresTasks, StoreError)>,
}

/// Serves what is in `stores`, and tells of its changes, until `stop`; what is under way then is finished, until `hurry`.
/// When it returns, nobody uses them any more.
async fn serve(
    config: Config,
    stores: Stores,
    stop: impl Future<Output = ()>,
    hurry: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (metrics, ids): (_, Arc<dyn Ids>) = (Metrics::default(), Arc::new(SystemIds::default()));
    let policy = jobs::Policy {
        lease: config.job_lease,
        ..jobs::Policy::default()
    };
    let operator = http::operator(metrics.clone(), stores.jobs.clone(), Arc::clone(&clock));
    let cache = cache(&config);
    // The store itself, without its copies: they would say for a while that all is well.
    let sources = Sources {
        store: Arc::clone(&stores.tasks),
        cache: cache.clone(),
        queue: Arc::clone(&stores.jobs),
        clock: Arc::clone(&clock),
    };
    let policy_of_checks = readiness::Policy {
        every: config.health_every,
        patience: config.database_patience,
        jobs_late_after: config.jobs_late_after,
        ..readiness::Policy::default()
    };
    let (readiness, checks) = readiness::open(sources, policy_of_checks);
    let checks = checks.observed(metrics.clone());
    let workers = Workers::new(
        stores.jobs,
        notifier(&config.notices)?,
        Arc::clone(&clock),
        Arc::new(SystemDice::default()),
        policy,
    )
    .observed(metrics.clone(), Arc::clone(&ids));
    let tasks = with_copies(stores.tasks, cache, &config, metrics.clone());
    let tasks = Tasks::new(tasks, Arc::clone(&clock));
    let accounts = accounts(&config, stores.accounts)?;
    let callers: Arc<dyn Callers> = Arc::new(accounts.clone());
    let (door, sockets) = live::open(
        stores.updates,
        Arc::clone(&callers),
        live::Policy::default(),
    );
    let routes = http::Routes::new(tasks, Arc::clone(&callers))
        .accounts(accounts)
        .updates(door)
        .router();
    let limits = Arc::new(Limits::new(config.limits.clone(), clock));
    // Around all routes, so that nobody has to think of it who adds some.
    let routes = http::limited(routes, limits, callers);
    let application = Application::build(config, routes).await?;
    let mut application = application
        .observed(metrics, ids)
        .for_operators(operator)
        .ready_when(readiness)
        .hurried_by(hurry)
        .with_background("checks", |stopping| checks.run(stopping))
        .with_step(Step::Sockets, |turn| sockets.drained(turn))
        .with_step(Step::Jobs, |turn| workers.drained(turn));
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

/// The cache that is configured.
fn cache(config: &Config) -> Option<Arc<dyn CacheStore>> {
    match &config.cache {
        Cache::None => None,
        Cache::Memory(count) => Some(Arc::new(MemoryCache::new(*count))),
        Cache::Redis(url) => {
            let redis = RedisCache::new(url.expose());
            Some(Arc::new(redis.expect("the configuration has been checked")))
        }
    }
}

/// The repository, with the cache beside it, if there is one.
fn with_copies(
    repository: Arc<dyn TaskRepository>,
    cache: Option<Arc<dyn CacheStore>>,
    config: &Config,
    metrics: Metrics,
) -> Arc<dyn TaskRepository> {
    let Some(store) = cache else {
        return repository;
    };
    let settings = CacheSettings {
        ttl: config.cache_ttl,
        patience: CACHE_PATIENCE,
    };
    Arc::new(Cached::counting(
        repository,
        store,
        Arc::new(SystemClock),
        settings,
        metrics,
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

/// What the process is asked by, by its supervisor or from a terminal.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }
}

/// Completes with the next signal that nobody else of those who wait has been given.
async fn next_of(signals: Arc<Mutex<Signals>>) {
    let mut signals = signals.lock().await;
    let Signals {
        terminate,
        interrupt,
    } = &mut *signals;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
