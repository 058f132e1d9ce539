//! The same on PostgreSQL, which is away now and then. What needs a server is run where DATABASE_URL names one, and where
//! it does not, the test says so on standard error.

#[path = "support/accounts.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod accounts;
#[path = "support/api.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod api;
#[path = "support/lines.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod lines;
#[path = "support/postgres.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod postgres;
#[path = "support/queue.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod queue;
#[path = "support/repository.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod repository;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use capstone::adapters::{PostgresSettings, PostgresTasks, SingleUser, SystemClock};
use capstone::config::Database;
use capstone::domain::{Draft, Task, TaskId, UserId, What};
use capstone::ports::{
    AccountRepository, Inserted, JobQueue, Once, Pending, StoreError, TaskRepository, Written,
};
use capstone::tasks::Tasks;
use capstone::{Config, Secret, http, telemetry};
use serde_json::json;
use tokio::time::{self, Instant};

use api::Ask;
use lines::{Weather, World, lent};
use postgres::{Does, Door, LONG, Schema, in_time, nobody, prepared, settings, somebody_who};
use support::{Process, exchange, field, listed};

/// A schema for the test, or its end where there is no server.
macro_rules! schema {
    ($what:literal) => {
        match Schema::make($what).await {
            Some(schema) => schema,
            None => return,
        }
    };
}

// ── the pool ───────────────────────────────────────────────────────────────────────────────────────

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn there_are_never_more_than_its_size() {
    let world = World::new();
    let pool = world.pool(3, 60 * SECOND);
    assert_eq!(world.made(), 0, "nothing is connected before it is needed");
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move {
                let line = lent(&pool, "one of twenty who each need a moment, of three").await;
                time::sleep(Duration::from_millis(10)).await;
                let number = line.number;
                line.give_back();
                number
            })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for caller in callers {
        numbers.insert(caller.await.expect("no panic"));
    }
    assert_eq!(
        (world.most(), world.made(), numbers.len()),
        (3, 3, 3),
        "twenty callers at the same time, and a pool of three: the most connections at a time, those that were just being \
         made included; how many were made; how many were used. What was given back is used again"
    );
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_is_told_so() {
    let world = World::new();
    let pool = world.pool(1, SECOND);
    let first = lent(&pool, "the only one").await;
    let begun = Instant::now();
    for caller in 1..=3 {
        let waited = time::timeout(10 * SECOND, pool.lend()).await;
        let Ok(outcome) = waited else {
            panic!(
                "somebody has the only connection and keeps it. Whoever else wants one is told so after a second, which is \
                 the patience of this pool. Caller {caller} still waits after ten"
            );
        };
        let error = outcome.expect_err("somebody else has the only one");
        assert!(
            error.is_unavailable(),
            "that all are in use passes: {}",
            telemetry::chain(&error)
        );
    }
    let waited = begun.elapsed();
    assert!(
        (3 * SECOND..4 * SECOND).contains(&waited),
        "three callers, one after the other, a second each: {waited:?}"
    );
    first.give_back();
    let again = lent(&pool, "it was given back, and who has gone takes no place").await;
    assert_eq!(again.number, 1, "the same one");
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_made_takes_no_place() {
    for (weather, passes, what) in [
        (Weather::Refused, true, "nobody was there"),
        (Weather::Locked, false, "the password was wrong"),
        (Weather::Silent, true, "no answer came"),
    ] {
        let world = World::new();
        let pool = world.pool(2, SECOND);
        world.weather(weather);
        for _ in 0..5 {
            let outcome = in_time("an answer from the pool", pool.lend()).await;
            let error = outcome.expect_err("there is no connection to be had");
            assert_eq!(
                error.is_unavailable(),
                passes,
                "{what}: whether that passes says whoever connects, and the pool passes it on: {}",
                telemetry::chain(&error)
            );
        }
        // And some who do not wait for it.
        for _ in 0..5 {
            let _ = time::timeout(Duration::from_millis(1), pool.lend()).await;
        }
        assert_eq!(world.alive(), 0, "{what}: nothing is left of the attempts");
        world.weather(Weather::Fair);
        let why = "the server is back, and the pool has two places. Ten attempts have failed or were given up before, and \
                   each has to give back its place, however it ends";
        let (one, other) = (lent(&pool, why).await, lent(&pool, why).await);
        assert_ne!(one.number, other.number, "each to one at a time");
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_was_dropped_with_is_closed() {
    let world = World::new();
    let pool = world.pool(1, SECOND);
    // A client has hung up. Its handler is dropped where it waits: for the answer to a statement, in a transaction.
    let handler = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move {
            let _line = lent(&pool, "the first one").await;
            future::pending::<()>().await;
        })
    };
    time::sleep(SECOND).await;
    assert_eq!(world.alive(), 1, "the handler has its connection");
    handler.abort();
    let _ = handler.await;
    let next = lent(&pool, "a place is free again").await;
    assert_eq!(
        (next.number, world.alive()),
        (2, 1),
        "the first connection has an open transaction and an answer on its way that nobody waits for. The next caller must \
         not get it: it is closed, and another one is made. The number of the connection that was lent, and how many there are"
    );
    next.give_back();
    assert_eq!(
        lent(&pool, "it is free").await.number,
        2,
        "what was given back is in order, and used again"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_closed_meanwhile_is_not_lent() {
    let world = World::new();
    let pool = world.pool(3, SECOND);
    let all = [
        lent(&pool, "of three").await,
        lent(&pool, "of three").await,
        lent(&pool, "of three").await,
    ];
    for line in all {
        line.give_back();
    }
    // The server was restarted at night; one connection, through another proxy, is still there.
    world.hang_up([1, 3]);
    let mut lines = Vec::new();
    for _ in 0..3 {
        lines.push(lent(&pool, "three places, and the server is there").await);
    }
    let numbers: BTreeSet<usize> = lines.iter().map(|line| line.number).collect();
    assert_eq!(
        numbers,
        BTreeSet::from([2, 4, 5]),
        "connections 1 and 3 were closed by the other side while nobody used them. Whoever is lent one of them fails although \
         the server is there; they are thrown away, and others are made"
    );
    assert_eq!(world.alive(), 3, "and nothing of them is left");
}

// ── servers that are none ──────────────────────────────────────────────────────────────────────────

const PASSWORD: &str = "s3cr3t-pass";

fn url(port: u16) -> String {
    format!("postgres://ada:{PASSWORD}@127.0.0.1:{port}/tasks")
}

#[tokio::test]
async fn who_finds_nobody_says_so_soon() {
    for does in [
        None,
        Some(Does::HangsUp),
        Some(Does::Nothing),
        Some(Does::LetsIn),
    ] {
        let port = match does {
            None => nobody().await,
            Some(does) => somebody_who(does).await,
        };
        let hasty = PostgresSettings {
            connections: 1,
            patience: Duration::from_millis(100),
        };
        let store = postgres::at(&url(port), hasty);
        for attempt in 1..=2 {
            let outcome = in_time("`prepare` of a database that is away", store.prepare()).await;
            let error = outcome.expect_err("there is no database");
            assert!(
                error.is_unavailable(),
                "at the port is {does:?}. A database that is away is one that comes back, in attempt {attempt} as in the \
                 first: {}",
                telemetry::chain(&error)
            );
        }
        let owner = UserId::new(1);
        let listed = in_time("a call", store.list(owner, None, 1)).await;
        let found = in_time("a call", store.accounts().account(accounts::name("ada"))).await;
        let claimed = in_time("a call", store.claim(queue::at(0), queue::at(1))).await;
        for error in [listed.err(), found.err(), claimed.err()] {
            let error = error.unwrap_or_else(|| panic!("there is no database ({does:?})"));
            assert!(
                error.is_unavailable(),
                "nobody has looked at the tables yet, so each call is one that may go well later: {}",
                telemetry::chain(&error)
            );
        }
    }
}

/// The states of SQL that say that nobody has to do anything but wait, and some that look like it.
const STATES: [(&str, bool); 20] = [
    ("08000", true),
    ("08006", true),
    ("40001", true),
    ("40P01", true),
    ("53300", true),
    ("55P03", true),
    ("57014", true),
    ("57P01", true),
    ("57P02", true),
    ("57P03", true),
    ("22021", false),
    ("23505", false),
    ("28P01", false),
    ("3D000", false),
    ("42501", false),
    ("42P01", false),
    ("53100", false),
    ("53200", false),
    ("57P04", false),
    ("XX001", false),
];

#[tokio::test]
async fn only_what_passes_is_unavailable() {
    for (state, passes) in STATES {
        for does in [Does::Refuses(state), Does::Fails(state)] {
            let store = postgres::at(&url(somebody_who(does).await), settings());
            let outcome = in_time("`prepare`", store.prepare()).await;
            let error = outcome.expect_err("the server has complained");
            let text = telemetry::chain(&error);
            assert_eq!(
                error.is_unavailable(),
                passes,
                "SQLSTATE {state}, {}; see PostgreSQL's appendix A. Who is told that it passes {}: {text}",
                match does {
                    Does::Refuses(_) => "when we connect",
                    _ => "in answer to a statement",
                },
                match passes {
                    true => "comes back in a moment, and is served",
                    false =>
                        "comes back each second, for a night, while somebody would have to mend something",
                }
            );
            assert!(
                text.contains(state),
                "whoever reads the log looks the state up: {text}"
            );
        }
    }
}

/// An error and all of its sources, as people and as programmers get to see it.
fn all_of(error: &dyn Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(&format!(" {source} {source:?}"));
        next = source.source();
    }
    text
}

#[tokio::test]
async fn the_password_is_in_no_text() {
    let mut texts = Vec::new();
    for port in [
        nobody().await,
        somebody_who(Does::HangsUp).await,
        somebody_who(Does::Refuses("28P01")).await,
        somebody_who(Does::Fails("42501")).await,
    ] {
        let store = postgres::at(&url(port), settings());
        let outcome = in_time("`prepare`", store.prepare()).await;
        texts.push(all_of(&outcome.expect_err("there is no database")));
        texts.push(format!("{store:?} {:?}", store.accounts()));
        let outcome = in_time("a call", store.list(UserId::new(1), None, 1)).await;
        texts.push(all_of(&outcome.expect_err("there is no database")));
    }
    for text in texts {
        assert!(
            !text.contains(PASSWORD),
            "errors and values are logged, and this one has the password in it: {text}"
        );
    }
}

// ── what callers see ───────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn who_comes_while_it_is_away_is_told_to_come_back() {
    let away = postgres::at(&url(nobody().await), settings());
    let api = routes(Arc::new(away));
    for ask in [
        Ask::new("GET", "/tasks"),
        Ask::new("GET", "/tasks/1"),
        Ask::new("POST", "/tasks").json(json!({"title": "rent"})),
        Ask::new("PATCH", "/tasks/1").json(json!({"step": "start"})),
        Ask::new("DELETE", "/tasks/1"),
    ] {
        let told = ask.clone().of(&api).await;
        assert_eq!(
            told.problem(),
            (503, "/problems/unavailable"),
            "{ask:?}, and the database is away. It is nobody's mistake, and passes"
        );
        let seconds = told
            .header("retry-after")
            .and_then(|text| text.parse::<u64>().ok());
        assert!(
            seconds.is_some_and(|seconds| (1..=60).contains(&seconds)),
            "whoever is to come back is told when, in seconds: {told:?}"
        );
        let text = told.body.to_string();
        assert!(
            !text.contains("127.0.0.1") && !text.contains(PASSWORD),
            "and nothing of what is behind the service: {text}"
        );
    }

    let full = routes(Arc::new(Full));
    let told = Ask::new("GET", "/tasks").of(&full).await;
    assert_eq!(
        (told.problem(), told.header("retry-after")),
        ((500, "/problems/internal"), None),
        "the disk is full: that does not pass, and who comes back each second does not help"
    );
}

#[test]
fn where_the_database_is_is_a_setting() {
    let load = |flags: &[&str], name: &str, value: &str| {
        let flags: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
        let env = [(name.to_owned(), value.to_owned())];
        Config::load(&flags, &env, |_| Err(io::Error::other("no file")))
    };
    let defaults = Config::default();
    assert_eq!(
        (defaults.database_connections, defaults.database_patience),
        (8, 2 * SECOND),
        "the defaults of `database_connections` and `database_patience`"
    );
    for url in [
        format!("postgres://ada:{PASSWORD}@db.internal:6432/tasks"),
        format!("postgresql://ada:{PASSWORD}@db.internal/tasks?connect_timeout=3"),
        format!("postgres:///tasks?host=/run/postgresql&user=ada&password={PASSWORD}"),
    ] {
        let config = load(
            &["--database-connections", "3", "--database-patience=250ms"],
            "TASKS_DATABASE",
            &url,
        );
        let config = config.unwrap_or_else(|errors| panic!("it is right: {errors}"));
        assert_eq!(
            (
                &config.database,
                config.database_connections,
                config.database_patience
            ),
            (
                &Database::Postgres(Secret::new(url.as_str())),
                3,
                Duration::from_millis(250)
            ),
        );
        assert!(
            !format!("{config:?}").contains(PASSWORD),
            "somebody will log the configuration: {config:?}"
        );
        let flag = format!("--database={url}");
        let errors = load(&[&flag], "TASKS_NOTICE", "0s")
            .expect_err("everybody on the machine can list the arguments of a process");
        assert_eq!(errors.iter().count(), 1, "one mistake: {errors}");
        assert!(
            !format!("{errors} {errors:?}").contains(PASSWORD),
            "{errors}"
        );
    }
    let config = load(
        &["--database=postgres://db.internal/tasks"],
        "TASKS_NOTICE",
        "0s",
    );
    assert!(
        config.is_ok(),
        "a URL without a password is no secret: {config:?}"
    );
    for (name, value) in [
        ("TASKS_DATABASE", "postgres://"),
        ("TASKS_DATABASE", "postgres:s3cr3t-pass"),
        ("TASKS_DATABASE", "postgres://ada:s3cr3t-pass@/tasks"),
        ("TASKS_DATABASE", "postgres://ada:s3cr3t-pass@db:many/tasks"),
        (
            "TASKS_DATABASE",
            "postgres://ada:s3cr3t-pass@db/tasks?colour=red",
        ),
        ("TASKS_DATABASE", "host=db user=ada password=s3cr3t-pass"),
        ("TASKS_DATABASE_CONNECTIONS", "0"),
        ("TASKS_DATABASE_CONNECTIONS", "many"),
        ("TASKS_DATABASE_PATIENCE", "0s"),
        ("TASKS_DATABASE_PATIENCE", "2"),
    ] {
        let Err(errors) = load(&[], name, value) else {
            panic!("{name}={value} is a mistake");
        };
        let text = format!("{errors} {errors:?}");
        assert!(
            text.contains(name) && !text.contains(PASSWORD),
            "the error names the variable, and not the password that may be in it: {text}"
        );
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_binary_serves_without_its_database() {
    let away = url(nobody().await);
    let mut process = Process::start_with(&[], &[("TASKS_DATABASE", &away)]);
    let address = listening(&mut process);
    let live = get(address, "/health/live").await;
    assert_eq!(
        live.status, 200,
        "to kill a process because its database is away does not bring the database back: {live:?}"
    );
    let told = post_account(address, "ada").await.expect("it answers");
    assert_eq!(
        (
            told.status,
            told.header("retry-after").is_some(),
            told.body.contains("/problems/unavailable"),
        ),
        (503, true, true),
        "there is no database at its URL. It may come, so the service is there and says when to come back: {told:?}"
    );
    assert!(process.terminate().success(), "it stops as before");

    let schema = schema!("a service that is started before its database");
    let door = Door::to(&schema.url).await;
    door.close();
    let env = [
        ("TASKS_DATABASE", door.url.as_str()),
        ("TASKS_ADDRESS_RATE", "off"),
    ];
    let mut process = Process::start_with(&[], &env);
    let address = listening(&mut process);
    let told = post_account(address, "ada").await.expect("it answers");
    assert_eq!(told.status, 503, "the database is away: {told:?}");
    door.open();
    let served = in_time("the service to find its database", async {
        loop {
            let told = post_account(address, "ada").await.expect("it answers");
            if told.status != 503 {
                return told;
            }
            time::sleep(Duration::from_millis(20)).await;
        }
    });
    let served = served.await;
    assert_eq!(
        served.status, 201,
        "the database is there, and gets its tables from the service that has waited for it: {served:?}"
    );
    assert!(process.terminate().success(), "it stops as before");
    schema.remove().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_binary_ends_where_waiting_is_of_no_use() {
    let locked = url(somebody_who(Does::Refuses("28P01")).await);
    let mut process = Process::start_with(&[], &[("TASKS_DATABASE", &locked)]);
    let (lines, status) = process.ended();
    let log = listed(&lines);
    assert!(
        status.code() == Some(1) && log.contains("28P01") && !log.contains(PASSWORD),
        "the password is wrong (SQLSTATE 28P01), and stays wrong: no service on a database that lets nobody in, and a log that \
         says why, without the password. It ended with {status}, and the log:\n{log}"
    );
}

// ── the contracts, on a server ─────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn on_postgres_numbers_only_rise() {
    let schema = schema!("numbers only rise");
    repository::numbers_only_rise(Arc::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test]
async fn on_postgres_what_was_stored_is_found() {
    let schema = schema!("what was stored is found");
    repository::what_was_stored_is_found(Arc::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test]
async fn on_postgres_owners_have_their_own() {
    let schema = schema!("owners have their own tasks");
    repository::owners_have_their_own(Arc::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test]
async fn on_postgres_lists_are_in_order() {
    let schema = schema!("lists are in order");
    repository::lists_are_in_order(Arc::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test]
async fn on_postgres_only_the_expected_version_is_replaced() {
    let schema = schema!("only the expected version is replaced");
    repository::only_the_expected_version_is_replaced(Arc::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_key_stores_once() {
    let schema = schema!("a key stores once");
    repository::a_key_stores_once(Arc::new(schema.open().await)).await;
    schema.remove().await;
    let schema = schema!("a key stores once, for twenty at the same time");
    repository::a_key_stores_once_at_the_same_time(Arc::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test]
async fn on_postgres_a_change_leaves_one_job() {
    let schema = schema!("a change leaves one job");
    queue::a_change_leaves_one_job(queue::Store::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_job_is_handed_to_one_at_a_time() {
    let schema = schema!("a job is handed to one at a time");
    queue::a_job_is_handed_to_one_at_a_time(queue::Store::new(schema.open().await)).await;
    schema.remove().await;
    let schema = schema!("a job is handed to one of two services");
    let services = vec![
        queue::Store::new(schema.open().await),
        queue::Store::new(schema.open().await),
    ];
    queue::each_job_goes_to_one_of_many(services, 10).await;
    schema.remove().await;
}

#[tokio::test]
async fn on_postgres_only_who_has_the_job_is_listened_to() {
    let schema = schema!("only who has the job is listened to");
    queue::only_who_has_the_job_is_listened_to(queue::Store::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test]
async fn on_postgres_a_job_waits_or_is_dead() {
    let schema = schema!("a job waits for its time");
    queue::a_retry_waits_for_its_time(queue::Store::new(schema.open().await)).await;
    schema.remove().await;
    let schema = schema!("the dead are kept");
    queue::the_dead_are_kept(queue::Store::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_names_are_given_once() {
    let schema = schema!("names are given once");
    accounts::names_are_given_once(Arc::new(schema.open().await.accounts())).await;
    schema.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_sessions_go_on_by_one_token_and_end() {
    let schema = schema!("a session goes on by its last token");
    accounts::a_session_goes_on_by_its_last_token(Arc::new(schema.open().await.accounts())).await;
    schema.remove().await;
    let schema = schema!("sessions end");
    accounts::sessions_end(Arc::new(schema.open().await.accounts())).await;
    schema.remove().await;
    let schema = schema!("one token is for one of many");
    accounts::one_token_is_for_one_of_many(Arc::new(schema.open().await.accounts())).await;
    schema.remove().await;
}

// ── what the suites do not ask ─────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn on_postgres_a_change_and_its_job_are_there_together_or_not_at_all() {
    let schema = schema!("a change and its job are there together");
    let store = queue::Store::new(schema.open().await);
    schema
        .sql(
            "CREATE FUNCTION not_today() RETURNS trigger AS $$
             BEGIN RAISE EXCEPTION 'not today'; END $$ LANGUAGE plpgsql",
        )
        .await;
    let owner = UserId::new(queue::ADA);
    let works = "the store works";
    let mut failed = BTreeMap::new();
    for table in schema.tables().await {
        for what in ["insert", "update", "delete"] {
            let task = store.add(queue::ADA, "rent").await;
            told(&store).await;
            schema
                .sql(&format!(
                    "CREATE TRIGGER not_today BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION not_today()"
                ))
                .await;
            let outcome = match what {
                "insert" => store
                    .insert(queue::ADA, "mail", Some(&table))
                    .await
                    .map(|_| What::Created),
                "update" => {
                    let written = store.tasks.update(queue::started(&task), 1).await;
                    written.map(|_| What::Changed)
                }
                _ => {
                    let deleted = store.tasks.delete(owner, task.facts().id, 1).await;
                    deleted.map(|_| What::Deleted)
                }
            };
            schema
                .sql(&format!("DROP TRIGGER not_today ON {table}"))
                .await;
            let there = store.tasks.list(owner, None, 10).await.expect(works);
            let jobs = told(&store).await;
            match outcome {
                Ok(what) => assert_eq!(
                    jobs,
                    [what],
                    "no row can be added to `{table}`, and the change was acknowledged all the same. So there is a job \
                     that tells of it"
                ),
                Err(error) => {
                    *failed.entry(what).or_insert(0) += 1;
                    assert!(
                        !error.is_unavailable(),
                        "nobody has said that this passes: {}",
                        telemetry::chain(&error)
                    );
                    assert_eq!(
                        (there.as_slice(), jobs.as_slice()),
                        ([task].as_slice(), [].as_slice()),
                        "no row can be added to `{table}`, so {what} has failed, and must have done nothing: on the left \
                         what is there, a task and the jobs that tell of something"
                    );
                }
            }
            for task in there {
                let (id, version) = (task.facts().id, task.facts().version);
                let deleted = store.tasks.delete(owner, id, version).await;
                assert_eq!(deleted.expect(works), Written::Done);
            }
            told(&store).await;
        }
    }
    assert!(
        failed.get("insert") >= Some(&3)
            && failed.get("update") >= Some(&1)
            && failed.get("delete") >= Some(&1),
        "each table was full in turn. An insertion writes a task, its key and its job, a change and a deletion leave a job; how \
         often each has failed: {failed:?}"
    );
    schema.remove().await;
}

#[tokio::test]
async fn claims_do_not_stand_in_line() {
    let schema = schema!("claims do not stand in line");
    let store = queue::Store::new(schema.open().await);
    let (rent, mail) = (
        store.add(queue::ADA, "rent").await,
        store.add(queue::ADA, "mail").await,
    );
    // Another service is claiming the first job, and its transaction is not at its end yet.
    let other = schema.other().await;
    let claiming = "BEGIN; SELECT id FROM jobs ORDER BY id LIMIT 1 FOR UPDATE";
    other
        .batch_execute(claiming)
        .await
        .expect("a table `jobs` with an `id`");
    let claim = time::timeout(10 * SECOND, store.claim(0)).await;
    let Ok(claimed) = claim else {
        panic!(
            "another service is claiming the first job, and this one waits for what comes of it while there is a second job. \
             With ten services nine would wait"
        );
    };
    assert_eq!(
        claimed.map(|leased| leased.notice.task),
        Some(mail.facts().id),
        "the first job is in somebody's hands, and the second is due"
    );
    other.batch_execute("ROLLBACK").await.expect("it is ours");
    assert_eq!(
        store.claimed(0).await.notice.task,
        rent.facts().id,
        "they did not claim it after all"
    );
    schema.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_that_start_at_once_migrate_once() {
    let schema = schema!("eight starts at once on an empty database");
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let store = postgres::at(&schema.url, settings());
            tokio::spawn(async move { store.prepare().await.map(|()| store) })
        })
        .collect();
    for (number, start) in starts.into_iter().enumerate() {
        let started = in_time("`prepare`", start).await.expect("no panic");
        let store = started.unwrap_or_else(|error| {
            panic!(
                "eight services start with an empty database, and each has to find out under a lock what is left to do; one \
                 says {}",
                telemetry::chain(&error)
            )
        });
        let store: repository::Store = Arc::new(store);
        let task = repository::stored(&store, repository::ADA, "task").await;
        assert_eq!(
            task.facts().id.get(),
            number as u64 + 1,
            "they share tables"
        );
    }
    schema.remove().await;
}

#[tokio::test]
async fn a_database_of_a_later_release_is_left_alone() {
    let schema = schema!("a database of a later release");
    schema.open().await;
    schema
        .sql("INSERT INTO schema_versions (version) VALUES (4711)")
        .await;
    let store = postgres::at(&schema.url, settings());
    let outcome = in_time("`prepare`", store.prepare()).await;
    let error = outcome.expect_err(
        "the database is of version 4711. To go on would be to guess what a release that does not exist yet has meant by it",
    );
    let text = telemetry::chain(&error);
    assert!(
        text.contains("4711") && !error.is_unavailable(),
        "the error names the version, and does not pass: {text}"
    );
    let call = in_time("a call", store.list(UserId::new(1), None, 1)).await;
    assert!(
        call.is_err(),
        "whoever goes on all the same reads nothing: {call:?}"
    );
    schema.remove().await;
}

#[tokio::test]
async fn on_postgres_what_was_acknowledged_is_there_tomorrow() {
    use repository::{ADA, draft, found, once, stored, user};
    let schema = schema!("what was acknowledged is there tomorrow");
    let store: repository::Store = Arc::new(schema.open().await);
    let kept = stored(&store, ADA, "kept").await;
    let keyed = store.insert(draft(ADA, "keyed", 0), once("k", 0)).await;
    let Ok(Inserted::New(keyed)) = keyed else {
        panic!("the key is new: {keyed:?}");
    };
    let last = stored(&store, ADA, "deleted").await;
    let deleted = store.delete(user(ADA), last.facts().id, 1).await;
    deleted.expect("the store works");
    drop(store);

    let store: repository::Store = Arc::new(schema.open().await);
    assert_eq!(
        found(&store, ADA, &kept).await,
        Some(kept),
        "after a restart"
    );
    let again = store.insert(draft(ADA, "keyed", 9), once("k", 0)).await;
    assert_eq!(
        again.expect("the store works"),
        Inserted::Again(keyed),
        "a client that repeats its request after our restart is the one that keys are for"
    );
    let next = stored(&store, ADA, "next").await;
    assert!(
        next.facts().id > last.facts().id,
        "numbers go on after the highest that was ever given: {next:?}"
    );
    schema.remove().await;
}

// ── away and back ──────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn the_database_goes_away_and_comes_back() {
    let schema = schema!("a database that goes away and comes back");
    let door = Door::to(&schema.url).await;
    let store = postgres::at(&door.url, settings());
    prepared(&store).await;
    let api = routes(Arc::new(store));
    let made = Ask::new("POST", "/tasks").json(json!({"title": "rent"}));
    let made = in_time("an answer", made.of(&api)).await;
    assert_eq!(made.status, 201, "the database is there: {made:?}");
    let path = made.header("location").expect("a place").to_owned();
    for round in 1..=3 {
        door.close();
        for call in 1..=20 {
            let told = in_time("an answer", Ask::new("GET", path.as_str()).of(&api)).await;
            assert_eq!(
                (told.status, told.header("retry-after").is_some()),
                (503, true),
                "round {round}, call {call} while the database is away: {told:?}"
            );
        }
        door.open();
        let told = in_time("an answer", Ask::new("GET", path.as_str()).of(&api)).await;
        assert_eq!(
            (told.status, &told.body["title"]),
            (200, &json!("rent")),
            "round {round}: the database is back, and nobody has to start the service anew for that: {told:?}"
        );
    }
    schema.remove().await;
}

#[tokio::test]
async fn who_waits_for_a_lock_is_told_so_in_time() {
    let schema = schema!("a call that waits for a lock ends in time");
    let patient = schema.open().await;
    // Somebody keeps a table locked, as a careless migration does.
    let other = schema.other().await;
    let lock = format!(
        "BEGIN; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
        schema.tables().await.join(", ")
    );
    let (store, patience) = in_time("a store", hasty(&schema.url)).await;
    other
        .batch_execute(&lock)
        .await
        .expect("nobody else has it");
    let owner = UserId::new(1);
    for call in 1..=2 {
        let outcome = in_time("a call to end", store.list(owner, None, 1)).await;
        let error = outcome.expect_err("all tables are locked");
        assert!(
            error.is_unavailable(),
            "call {call}, which has waited for {patience:?}: {}",
            telemetry::chain(&error)
        );
    }
    other.batch_execute("ROLLBACK").await.expect("it is ours");
    let back = in_time("calls to go well when the lock is gone", async {
        while store.list(owner, None, 1).await.is_err() {}
    });
    back.await;
    let left = patient.list(owner, None, 1).await;
    assert!(left.is_ok(), "nobody else is in the way: {left:?}");
    schema.remove().await;
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

/// A store with a single connection and little patience, which is enough on this machine by far.
async fn hasty(url: &str) -> (PostgresTasks, Duration) {
    let with = |patience| {
        let settings = PostgresSettings {
            connections: 1,
            patience,
        };
        postgres::at(url, settings)
    };
    let mut needed = Duration::from_millis(50);
    while with(needed).prepare().await.is_err() {
        needed *= 2;
    }
    let patience = 8 * needed;
    loop {
        let store = with(patience);
        if store.prepare().await.is_ok() {
            return (store, patience);
        }
    }
}

fn routes(tasks: Arc<dyn TaskRepository>) -> Router {
    http::api(
        Tasks::new(tasks, Arc::new(SystemClock)),
        Arc::new(SingleUser),
    )
}

/// What the jobs that are there tell of, which are gone then.
async fn told(store: &queue::Store) -> Vec<What> {
    let mut told = Vec::new();
    while let Some(leased) = store.claim(0).await {
        let done = store.jobs.complete(leased.receipt).await;
        done.expect("the store works");
        told.push(leased.notice.what);
    }
    told
}

fn listening(process: &mut Process) -> SocketAddr {
    let first = process.next_line();
    let port = field(&first, "port").and_then(serde_json::Value::as_u64);
    let port = port.unwrap_or_else(|| {
        panic!("the first line has the port, whether the database is there or not: {first}")
    });
    ([127, 0, 0, 1], port as u16).into()
}

async fn get(address: SocketAddr, path: &str) -> support::Answer {
    let answer = in_time(
        "an answer",
        exchange(address, support::request("GET", path)),
    )
    .await;
    answer.unwrap_or_else(|error| panic!("GET {path}: {error}"))
}

async fn post_account(address: SocketAddr, name: &str) -> io::Result<support::Answer> {
    let body = json!({"name": name, "password": "correct horse battery"}).to_string();
    let text = format!(
        "POST /accounts HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    time::timeout(LONG, exchange(address, text)).await?
}

/// A store on a disk that is full.
struct Full;

impl Full {
    fn says<T: Send + 'static>(&self) -> Pending<'_, T> {
        let error = StoreError::new("reach the disk", "it is full");
        Box::pin(future::ready(Err(error)))
    }
}

impl TaskRepository for Full {
    fn insert(&self, _: Draft, _: Option<Once>) -> Pending<'_, Inserted> {
        self.says()
    }

    fn find(&self, _: UserId, _: TaskId) -> Pending<'_, Option<Task>> {
        self.says()
    }

    fn list(&self, _: UserId, _: Option<TaskId>, _: usize) -> Pending<'_, Vec<Task>> {
        self.says()
    }

    fn update(&self, _: Task, _: u64) -> Pending<'_, Written> {
        self.says()
    }

    fn delete(&self, _: UserId, _: TaskId, _: u64) -> Pending<'_, Written> {
        self.says()
    }
}
