//! Stage 6: a database behind the service. One contract for all stores; migrations there and back.

#[path = "support/contract.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::future::ready;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use contract::draft;
use futures_util::FutureExt as _;
use http_api::{
    Application, BuildError, Draft, Kept, MIGRATIONS, Memory, MigrateError, Migration, Only,
    RequestLine, RequestLog, Sqlite, Storage, Store, StoreError, Stored, migrate,
};
use rusqlite::Connection;
use serde_json::json;
use support::{Client, PATIENCE, build, config, within};

/// A folder of one test, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("http_api_sqlite-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    fn database(&self) -> PathBuf {
        self.0.join("parcels.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn open(path: &Path) -> Sqlite {
    let opened = within("Sqlite::open", Sqlite::open(path, PATIENCE)).await;
    opened.unwrap_or_else(|error| panic!("Sqlite::open failed: {error:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_and_sqlite_keep_one_contract() {
    contract::hold("Memory", Arc::new(Memory::default())).await;
    let folder = Folder::new();
    let sqlite = open(&folder.database()).await;
    contract::hold("Sqlite", Arc::new(sqlite)).await;
}

#[tokio::test]
async fn parcels_outlive_the_service() {
    let folder = Folder::new();
    let at = |config: &mut http_api::Config| config.storage = Storage::Sqlite(folder.database());
    let client = Client(build(config(at)).await.router());
    let body = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200});
    let added = client.post("/parcels", &body).await.is(201, "a parcel");
    let last = client.post("/parcels", &body).await.is(201, "another one");
    client
        .delete(last.header("location"))
        .await
        .is(204, "collected");
    let path = added.header("location").to_owned();
    let put = client.json("PUT", &path, &[("if-match", "*")], &body).await;
    let tag = put.is(200, "moved").header("etag").to_owned();
    drop(client);

    let again = Client(build(config(at)).await.router());
    let read = again
        .get(&path)
        .await
        .is(200, "the parcel has outlived its service");
    assert_eq!(read.header("etag"), tag, "and so has its revision");
    let next = again.post("/parcels", &body).await.is(201, "a third one");
    assert_ne!(
        next.header("location"),
        last.header("location"),
        "an id that was given before the restart is not given after it"
    );
}

#[tokio::test]
async fn a_slow_disk_does_not_stop_the_runtime() {
    // One thread runs all tasks of this test. It holds the database's lock itself, so a store that waits on this
    // thread waits for something that can't happen.
    let folder = Folder::new();
    let store = open(&folder.database()).await;
    let other = Connection::open(folder.database()).expect("a second connection");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let adding = tokio::spawn(async move { store.add(draft("Ada", "B-12", 1200)).await });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(
        !adding.is_finished(),
        "the store waits for the lock, which this thread holds, and this thread runs on meanwhile; it was held up \
         by a call to the database until that gave up"
    );
    other.execute_batch("COMMIT").expect("the lock is let go");
    let added = within("the store to get the lock", adding)
        .await
        .expect("no panic");
    assert!(
        added.is_ok(),
        "the lock was let go, and the parcel is {added:?}"
    );
}

#[tokio::test]
async fn a_busy_database_is_503_and_may_do_in_a_moment() {
    let folder = Folder::new();
    let store = Sqlite::open(folder.database(), Duration::ZERO).await;
    let store = store.unwrap_or_else(|error| panic!("Sqlite::open failed: {error:?}"));
    let other = Connection::open(folder.database()).expect("a second connection");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let added = store.add(draft("Ada", "B-12", 1200)).await;
    assert!(
        matches!(added, Err(StoreError::Busy)),
        "another process writes, and the store has no patience: Busy, not {added:?}"
    );
    let built = Application::build_with_store(config(|_| ()), Arc::new(store), Router::new()).await;
    let client = Client(
        built
            .unwrap_or_else(|error| panic!("build failed: {error}"))
            .router(),
    );
    let body = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200});
    let busy = client
        .post("/parcels", &body)
        .await
        .is(503, "somebody else writes");
    assert_eq!(
        busy.header("retry-after"),
        "1",
        "a 503 says when to come back"
    );
    client
        .get("/parcels")
        .await
        .is(200, "who reads is not kept by who writes");
    drop(other);
    client
        .post("/parcels", &body)
        .await
        .is(201, "nobody writes any more");
}

/// A store that is broken.
struct Broken;

fn broken<'s, T: Send + 's>() -> Stored<'s, T> {
    let error = std::io::Error::other("disk sdb1 is on fire");
    ready(Err(StoreError::Backend(Box::new(error)))).boxed()
}

impl Store for Broken {
    fn add(&self, _: Draft) -> Stored<'_, Kept> {
        broken()
    }
    fn get(&self, _: u64) -> Stored<'_, Option<Kept>> {
        broken()
    }
    fn replace(&self, _: u64, _: Draft, _: Only) -> Stored<'_, Kept> {
        broken()
    }
    fn remove(&self, _: u64, _: Only) -> Stored<'_, ()> {
        broken()
    }
    fn page(&self, _: u64, _: usize) -> Stored<'_, Vec<Kept>> {
        broken()
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<RequestLine>>>);

impl RequestLog for Lines {
    fn log(&self, line: &RequestLine) {
        self.0
            .lock()
            .expect("no test panics with it")
            .push(line.clone());
    }
}

#[tokio::test]
async fn a_broken_store_is_a_500_and_its_cause_is_in_the_log() {
    let log = Lines::default();
    let config = config(|config| config.log = Arc::new(log.clone()));
    let built = Application::build_with_store(config, Arc::new(Broken), Router::new()).await;
    let client = Client(
        built
            .unwrap_or_else(|error| panic!("build failed: {error}"))
            .router(),
    );
    let answer = client
        .get("/parcels/7")
        .await
        .is(500, "the store is broken");
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "a 500 is a problem"
    );
    assert!(
        !answer.body.contains("sdb1"),
        "the cause is not for the client: {}",
        answer.body
    );
    client
        .get("/ping")
        .await
        .is(200, "the service itself is up");
    let lines = log.0.lock().expect("no test panics with it");
    let cause = lines[0].cause.clone().unwrap_or_default();
    assert!(
        cause.contains("disk sdb1 is on fire"),
        "the operator needs the cause, down to its source, and the line has {cause:?}"
    );
    assert_eq!(
        lines[1].cause, None,
        "a request that went well has no cause"
    );
}

// ── migrations ─────────────────────────────────────────────────────────────────────────────────────

fn version(connection: &mut Connection, list: &[Migration], target: u32) -> Vec<u32> {
    let steps = migrate(connection, list, target);
    steps.unwrap_or_else(|error| panic!("migrate to {target} failed: {error:?}"))
}

fn tables(connection: &Connection) -> Vec<String> {
    let sql =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 't_' ORDER BY name";
    let mut statement = connection.prepare(sql).expect("SQL");
    let names = statement.query_map([], |row| row.get(0)).expect("rows");
    names.collect::<Result<_, _>>().expect("names")
}

const THREE: [Migration; 3] = [
    Migration {
        version: 1,
        up: "CREATE TABLE t1 (a); INSERT INTO t1 VALUES (1)",
        down: "DROP TABLE t1",
    },
    Migration {
        version: 2,
        up: "CREATE TABLE t2 AS SELECT a FROM t1",
        down: "DROP TABLE t2",
    },
    Migration {
        version: 3,
        up: "CREATE TABLE t3 AS SELECT a FROM t2",
        down: "DROP TABLE t3",
    },
];

#[test]
fn versions_go_up_and_down_one_by_one() {
    let mut connection = Connection::open_in_memory().expect("a database");
    assert_eq!(
        version(&mut connection, &THREE, 2),
        [1, 2],
        "up to 2, from nothing"
    );
    assert_eq!(
        version(&mut connection, &THREE, 2),
        [0_u32; 0],
        "it is there already"
    );
    assert_eq!(version(&mut connection, &THREE, 3), [3], "one more");
    assert_eq!(
        tables(&connection),
        ["t1", "t2", "t3"],
        "all three steps were taken"
    );
    assert_eq!(
        version(&mut connection, &THREE, 1),
        [3, 2],
        "back to 1, the last step first"
    );
    assert_eq!(tables(&connection), ["t1"], "two steps were taken back");
    assert_eq!(version(&mut connection, &THREE, 3), [2, 3], "and up again");
    let beyond = migrate(&mut connection, &THREE, 4);
    assert!(
        matches!(beyond, Err(MigrateError::NoSuchVersion(4))),
        "there is no version 4, and that is not {beyond:?}"
    );
}

#[test]
fn a_step_that_fails_leaves_nothing() {
    let mut broken = THREE;
    broken[1].up = "CREATE TABLE t2 (b); INSERT INTO nowhere VALUES (1)";
    let mut connection = Connection::open_in_memory().expect("a database");
    let failed = migrate(&mut connection, &broken, 3);
    assert!(
        matches!(failed, Err(MigrateError::Failed { version: 2, .. })),
        "step 2 fails, and says so; it is not {failed:?}"
    );
    assert_eq!(
        tables(&connection),
        ["t1"],
        "step 1 is there, and of step 2 nothing"
    );
    assert_eq!(
        version(&mut connection, &THREE, 3),
        [2, 3],
        "the mended step goes on from there"
    );

    let mut connection = Connection::open_in_memory().expect("a database");
    let mut broken = THREE;
    broken[2].down = "DROP TABLE t3; DROP TABLE nowhere";
    version(&mut connection, &broken, 3);
    let failed = migrate(&mut connection, &broken, 1);
    assert!(
        matches!(failed, Err(MigrateError::Failed { version: 3, .. })),
        "the way down from 3 fails, and says so; it is not {failed:?}"
    );
    assert_eq!(
        tables(&connection),
        ["t1", "t2", "t3"],
        "the database is in version 3, whole"
    );
}

#[test]
fn an_earlier_release_goes_back_from_a_later_version() {
    let mut connection = Connection::open_in_memory().expect("a database");
    version(&mut connection, &THREE, 3);
    // The earlier release was built when there were two versions. It is the one that is there after a roll-back.
    let back = migrate(&mut connection, &THREE[..2], 2);
    let back = back.unwrap_or_else(|error| {
        panic!("the release that goes back has never seen version 3, so the database has to know the way: {error:?}")
    });
    assert_eq!(back, [3], "one step back");
    assert_eq!(
        tables(&connection),
        ["t1", "t2"],
        "version 2, as the earlier release knows it"
    );
}

#[tokio::test]
async fn the_parcels_survive_a_way_back_and_up() {
    let folder = Folder::new();
    let latest = MIGRATIONS.last().expect("migrations").version;
    assert!(
        latest >= 2,
        "revisions came with version 2, and MIGRATIONS ends with {latest}"
    );
    let store = open(&folder.database()).await;
    let added = store
        .add(draft("Ada", "B-12", 1200))
        .await
        .expect("a parcel");
    drop(store);
    let mut connection = Connection::open(folder.database()).expect("the database");
    version(&mut connection, MIGRATIONS, 1);
    let old: String = connection
        .query_row(
            "SELECT recipient FROM parcels WHERE id = ?1",
            [added.parcel.id as i64],
            |row| row.get(0),
        )
        .expect("the parcel, as version 1 has it");
    assert_eq!(old, "Ada", "version 1 has the parcel");
    // The earlier release adds one, in its own way.
    let sql = "INSERT INTO parcels (recipient, shelf, grams) VALUES ('Bo', 'A-1', 5)";
    connection
        .execute(sql, [])
        .expect("version 1 has these columns, and no others that must be said");
    drop(connection);
    let store = open(&folder.database()).await;
    let all = store.page(0, 10).await.expect("a page");
    let all: Vec<_> = all
        .iter()
        .map(|kept| (kept.parcel.recipient.as_str(), kept.revision))
        .collect();
    assert_eq!(
        all,
        [("Ada", 1), ("Bo", 1)],
        "both are there, and begin with revision 1"
    );
}

#[tokio::test]
async fn a_later_releases_database_is_left_alone() {
    let folder = Folder::new();
    drop(open(&folder.database()).await);
    let latest = MIGRATIONS.last().expect("migrations").version;
    let mut later = MIGRATIONS.to_vec();
    later.push(Migration {
        version: latest + 1,
        up: "ALTER TABLE parcels ADD COLUMN insured INTEGER",
        down: "ALTER TABLE parcels DROP COLUMN insured",
    });
    let mut connection = Connection::open(folder.database()).expect("the database");
    version(&mut connection, &later, latest + 1);
    let built = Application::build(config(|config| {
        config.storage = Storage::Sqlite(folder.database())
    }))
    .await;
    let Err(BuildError::Store(StoreError::Migrate(MigrateError::Newer { found, known }))) = built
    else {
        panic!(
            "a database of version {} must not be opened, and not be taken back, by a start",
            latest + 1
        );
    };
    assert_eq!(
        (found, known),
        (latest + 1, latest),
        "what was found, and what is known"
    );
    let columns = connection
        .prepare("SELECT insured FROM parcels")
        .map(|_| ());
    assert!(
        columns.is_ok(),
        "the later release's column is still there: {columns:?}"
    );
}
