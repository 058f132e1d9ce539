//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod lines {
    include!("support/lines.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod postgres {
    include!("support/postgres.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod queue {
    include!("support/queue.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod repository {
    include!("support/repository.rs");
}

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use capstone::Config;
use capstone::ports::{Held, Inserted, JobQueue, TaskRepository, Written};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time;

use lines::{Weather, World, lent};
use postgres::{Does, Schema, in_time, prepared, settings, somebody_who};
use repository::{ADA, draft, once, stored, user};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn who_has_asked_first_is_served_first() {
    let world = World::new();
    let pool = world.pool(1, 60 * SECOND);
    let first = lent(&pool, "the only one").await;
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut waiting = Vec::new();
    for number in 0..10 {
        let (pool, served) = (Arc::clone(&pool), Arc::clone(&served));
        waiting.push(tokio::spawn(async move {
            let line = lent(&pool, "one of ten who wait").await;
            served.lock().expect("no panic").push(number);
            line.give_back();
        }));
        time::sleep(Duration::from_millis(1)).await;
    }
    first.give_back();
    for waiter in waiting {
        waiter.await.expect("no panic");
    }
    let served = served.lock().expect("no panic").clone();
    assert_eq!(
        served,
        (0..10).collect::<Vec<_>>(),
        "ten wait for one connection, and are served in the order in which they came"
    );
}

#[tokio::test(start_paused = true)]
async fn who_leaves_the_line_takes_no_place_along() {
    let world = World::new();
    let pool = world.pool(2, 60 * SECOND);
    for round in 0..50 {
        let held = [
            lent(&pool, "two places").await,
            lent(&pool, "two places").await,
        ];
        let waiting: Vec<_> = (0..4)
            .map(|_| {
                let pool = Arc::clone(&pool);
                tokio::spawn(async move { pool.lend().await.map(|line| line.give_back()) })
            })
            .collect();
        time::sleep(Duration::from_millis(1)).await;
        // Some leave before it is their turn, some in the moment in which it is.
        let [one, other] = held;
        waiting[0].abort();
        one.give_back();
        waiting[1].abort();
        if round % 2 == 0 {
            world.weather(Weather::Silent);
            drop(other);
            time::sleep(Duration::from_millis(1)).await;
            waiting[2].abort();
            world.weather(Weather::Fair);
        } else {
            other.give_back();
        }
        for waiter in waiting {
            let _ = waiter.await;
        }
    }
    assert!(
        world.most() <= 2,
        "never more than two: {} at a time",
        world.most()
    );
}

#[tokio::test]
async fn states_that_nobody_knows_do_not_pass() {
    for (state, passes) in [
        ("08P01", true),
        ("08001", true),
        ("80001", false),
        ("P0001", false),
        ("99999", false),
        ("40002", false),
        ("53400", false),
        ("55000", false),
        ("58030", false),
    ] {
        for does in [Does::Refuses(state), Does::Fails(state)] {
            let url = format!(
                "postgres://bob@127.0.0.1:{}/tasks",
                somebody_who(does).await
            );
            let store = postgres::at(&url, settings());
            let outcome = in_time("`prepare`", store.prepare()).await;
            let error = outcome.expect_err("the server has complained");
            assert_eq!(error.is_unavailable(), passes, "{does:?}");
        }
    }
}

#[test]
fn the_settings_are_checked() {
    let load = |name: &str, value: &str| {
        let env = [(name.to_owned(), value.to_owned())];
        Config::load(&[], &env, |_| Err(io::Error::other("no file")))
    };
    for (name, value, right) in [
        ("TASKS_DATABASE", "postgres://db/tasks", true),
        ("TASKS_DATABASE", "postgres://[::1]:5433/tasks", true),
        ("TASKS_DATABASE", "POSTGRES://db/tasks", false),
        ("TASKS_DATABASE", "postgres:db", false),
        ("TASKS_DATABASE", "postgresq://db/tasks", false),
        ("TASKS_DATABASE_CONNECTIONS", "1", true),
        ("TASKS_DATABASE_CONNECTIONS", "-1", false),
        ("TASKS_DATABASE_CONNECTIONS", "1001", false),
        ("TASKS_DATABASE_PATIENCE", "1ms", true),
        ("TASKS_DATABASE_PATIENCE", "0ms", false),
    ] {
        let loaded = load(name, value);
        assert_eq!(loaded.is_ok(), right, "{name}={value}: {loaded:?}");
    }
    let flags = [
        "--cache".to_owned(),
        "redis://:s3cr3t-pass@cache".to_owned(),
    ];
    let errors = Config::load(&flags, &[], |_| Err(io::Error::other("no file")))
        .expect_err("the cache's password is a password, too");
    assert!(!format!("{errors} {errors:?}").contains("s3cr3t"));
}

// ── on a server ────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_services_lose_no_change() {
    let Some(schema) = Schema::make("two services lose no change").await else {
        return;
    };
    let stores: [repository::Store; 2] =
        [Arc::new(schema.open().await), Arc::new(schema.open().await)];
    let task = stored(&stores[0], ADA, "contested").await;
    let mut changes = Vec::new();
    for at in 0..40 {
        let (store, changed) = (Arc::clone(&stores[at % 2]), queue::started(&task));
        changes.push(tokio::spawn(async move { store.update(changed, 1).await }));
    }
    let mut made = 0;
    for change in changes {
        match change.await.expect("no panic").expect("the store works") {
            Written::Done => made += 1,
            Written::Stale => {}
            Written::Missing => panic!("nobody has deleted it"),
        }
    }
    assert_eq!(
        made, 1,
        "of forty changes of version 1, through two services, one is made"
    );
    schema.remove().await;
}

#[tokio::test]
async fn any_reason_is_kept() {
    let Some(schema) = Schema::make("any reason is kept").await else {
        return;
    };
    let store = queue::Store::new(schema.open().await);
    store.add(queue::ADA, "poison").await;
    let leased = store.claimed(0).await;
    let put_off = store.jobs.retry(
        leased.receipt,
        queue::at(0),
        "it said \0 and 'DROP TABLE jobs".to_owned(),
    );
    assert_eq!(put_off.await.expect("any text is a reason"), Held::Kept);
    let leased = store.claimed(0).await;
    let buried = store
        .jobs
        .bury(leased.receipt, "it said \0 again".to_owned());
    assert_eq!(
        buried
            .await
            .expect("a job that can't be buried for its reason comes back for ever"),
        Held::Kept
    );
    let dead = store.jobs.dead(10).await.expect("the store works");
    assert!(
        dead.len() == 1 && dead[0].reason.contains("again"),
        "{dead:?}"
    );
    schema.remove().await;
}

/// A way to the server on which the answer to a commit is lost, once for each time that it is asked for.
struct Lossy {
    url: String,
    armed: Arc<AtomicBool>,
    keeper: JoinHandle<()>,
}

impl Lossy {
    async fn to(url: &str) -> Self {
        let (head, path) = url.rsplit_once("/").expect("a URL");
        let (login, server) = head.rsplit_once('@').expect("a user");
        let server = match server.contains(':') {
            true => server.to_owned(),
            false => format!("{server}:5432"),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("it is bound");
        let armed = Arc::new(AtomicBool::new(false));
        let trigger = Arc::clone(&armed);
        let keeper = tokio::spawn(async move {
            let mut calls = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (server, trigger) = (server.clone(), Arc::clone(&trigger));
                calls.spawn(async move {
                    let server = TcpStream::connect(server).await?;
                    let (mut questions, mut answers) = client.into_split();
                    let (from_server, mut to_server) = server.into_split();
                    tokio::select! {
                        lost = until_lost(from_server, &mut answers, &trigger) => lost,
                        ended = tokio::io::copy(&mut questions, &mut to_server) => ended.map(drop),
                    }
                });
            }
        });
        Self {
            url: format!("{login}@{here}/{path}"),
            armed,
            keeper,
        }
    }
}

impl Drop for Lossy {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// Passes messages on, each with its type and its length in front, until one says that a transaction was committed.
async fn until_lost(
    mut server: OwnedReadHalf,
    client: &mut (impl AsyncWriteExt + Unpin),
    armed: &AtomicBool,
) -> io::Result<()> {
    loop {
        let kind = server.read_u8().await?;
        let length = server.read_u32().await?;
        let mut body = vec![0; length.saturating_sub(4) as usize];
        server.read_exact(&mut body).await?;
        let committed = kind == b'C' && body.starts_with(b"COMMIT");
        if committed && armed.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        let message = [[kind].as_slice(), &length.to_be_bytes(), &body].concat();
        client.write_all(&message).await?;
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_second_task() {
    let Some(schema) = Schema::make("the answer to a commit is lost").await else {
        return;
    };
    let way = Lossy::to(&schema.url).await;
    let store = postgres::at(&way.url, settings());
    prepared(&store).await;
    for key in ["first", "second"] {
        way.armed.store(true, Ordering::SeqCst);
        let insert = store.insert(draft(ADA, key, 0), once(key, 0));
        match in_time("an insertion", insert).await {
            // Without a transaction of its own there is no answer to lose.
            Ok(Inserted::New(_)) => way.armed.store(false, Ordering::SeqCst),
            Ok(other) => panic!("nobody has used the key: {other:?}"),
            Err(error) => assert!(
                error.is_unavailable(),
                "whether it was done nobody knows, so it is to be asked again: {}",
                capstone::telemetry::chain(&error)
            ),
        }
        let again = store.insert(draft(ADA, key, 5), once(key, 0));
        let again = in_time("the same again", again).await;
        assert!(
            matches!(again, Ok(Inserted::Again(_))),
            "it had been done, and its answer was lost; the key says so: {again:?}"
        );
    }
    let tasks = store.list(user(ADA), None, 10).await;
    let tasks = tasks.expect("the store works");
    assert_eq!(tasks.len(), 2, "two keys, two tasks: {tasks:?}");
    let mut jobs = 0;
    while store
        .claim(queue::at(0), queue::at(1_000))
        .await
        .expect("the store works")
        .is_some()
    {
        jobs += 1;
    }
    assert_eq!(jobs, 2, "and two jobs that tell of them");
    schema.remove().await;
}
