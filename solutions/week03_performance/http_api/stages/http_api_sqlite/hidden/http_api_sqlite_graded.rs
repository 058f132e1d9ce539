//! Stage 6, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract {
    include!("support/contract.rs");
}

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use contract::draft;
use http_api::{
    Application, BuildError, JsonLines, MIGRATIONS, MigrateError, Migration, Only, Sqlite, Storage,
    Store, StoreError, migrate,
};
use rusqlite::Connection;
use serde_json::Value;
use support::{Client, PATIENCE, build, config};

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("http_api_sqlite_graded-{}-{number}", std::process::id());
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

async fn open(folder: &Folder) -> Sqlite {
    let opened = Sqlite::open(folder.database(), PATIENCE).await;
    opened.unwrap_or_else(|error| panic!("Sqlite::open failed: {error:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_holds_on_a_database_that_is_in_use() {
    let folder = Folder::new();
    for round in ["first", "second"] {
        let store = open(&folder).await;
        contract::hold(&format!("Sqlite, {round} time"), Arc::new(store)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_services_on_one_file_lose_no_change() {
    let folder = Folder::new();
    let stores = [open(&folder).await, open(&folder).await];
    let id = stores[0]
        .add(draft("Ada", "B-12", 1))
        .await
        .expect("a parcel")
        .parcel
        .id;
    let mut changes = Vec::new();
    for at in 0..20 {
        let store = stores[at % 2].clone();
        changes.push(tokio::spawn(async move {
            store
                .replace(id, draft("Ada", "C-1", 1), Only::OneOf(vec![1]))
                .await
        }));
    }
    let mut made = 0;
    for change in changes {
        match change.await.expect("no panic") {
            Ok(_) => made += 1,
            Err(StoreError::Moved) => {}
            Err(error) => panic!("a change failed: {error:?}"),
        }
    }
    assert_eq!(
        made, 1,
        "of twenty through two connections one changes revision 1"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error_of_build() {
    let folder = Folder::new();
    let text =
        "This is a shopping list, and a long one, so that nobody takes it for a short header.\n"
            .repeat(9);
    std::fs::write(folder.database(), &text).expect("a file");
    let built = Application::build(config(|config| {
        config.storage = Storage::Sqlite(folder.database())
    }))
    .await;
    assert!(
        matches!(built, Err(BuildError::Store(StoreError::Backend(_)))),
        "the file is no database, and build has to say so"
    );
    let after = std::fs::read_to_string(folder.database()).expect("the file");
    assert_eq!(after, text, "somebody's file is left as it was");
}

#[tokio::test]
async fn a_later_releases_file_is_left_as_it_was() {
    let folder = Folder::new();
    drop(open(&folder).await);
    let latest = MIGRATIONS.last().expect("migrations").version;
    let mut later = MIGRATIONS.to_vec();
    later.push(Migration {
        version: latest + 1,
        up: "CREATE TABLE insured (id INTEGER PRIMARY KEY)",
        down: "DROP TABLE insured",
    });
    let mut connection = Connection::open(folder.database()).expect("the database");
    migrate(&mut connection, &later, latest + 1).expect("a later release's step");
    // The later release has gone back to SQLite's own way of keeping a journal.
    let mode: String = connection
        .query_row("PRAGMA journal_mode = delete", [], |row| row.get(0))
        .expect("a mode");
    assert_eq!(mode, "delete", "nobody else has the file open");
    drop(connection);
    let before = std::fs::read(folder.database()).expect("the file");
    let built = Application::build(config(|config| {
        config.storage = Storage::Sqlite(folder.database())
    }))
    .await;
    assert!(
        matches!(
            built,
            Err(BuildError::Store(StoreError::Migrate(
                MigrateError::Newer { .. }
            )))
        ),
        "the database is of version {}, and this release knows {latest}",
        latest + 1
    );
    let after = std::fs::read(folder.database()).expect("the file");
    assert!(
        after == before,
        "a later release's file was refused and is another one than before, from byte {:?} on. Bytes 18 and 19 are the \
         journal's mode, which is in the file and not in the connection: look at the version first",
        before.iter().zip(&after).position(|(old, new)| old != new)
    );
}

#[test]
fn nine_versions_there_and_back() {
    let all: Vec<Migration> = (1..=9)
        .map(|version| Migration {
            version,
            up: "CREATE TABLE IF NOT EXISTS log (n INTEGER); INSERT INTO log VALUES (1)",
            down: "INSERT INTO log VALUES (-1)",
        })
        .collect();
    let mut connection = Connection::open_in_memory().expect("a database");
    for (target, sum) in [(9, 9), (4, 4), (6, 6), (0, 0)] {
        migrate(&mut connection, &all, target)
            .unwrap_or_else(|error| panic!("{target}: {error:?}"));
        let found: i64 = connection
            .query_row("SELECT sum(n) FROM log", [], |row| row.get(0))
            .expect("a sum");
        assert_eq!(found, sum, "each step to {target} was taken once");
    }
}

#[derive(Clone, Default)]
struct File(Arc<Mutex<Vec<u8>>>);

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("no test panics with it")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_cause_of_a_failure_is_in_the_json() {
    let folder = Folder::new();
    let file = File::default();
    let config = config(|config| {
        config.storage = Storage::Sqlite(folder.database());
        config.log = Arc::new(JsonLines::new(file.clone()));
    });
    let client = Client(build(config).await.router());
    client.get("/parcels/7").await.is(404, "there is none");
    let other = Connection::open(folder.database()).expect("a second connection");
    other
        .execute_batch("DROP TABLE parcels")
        .expect("somebody breaks it");
    let answer = client.get("/parcels/7").await.is(500, "the table is gone");
    assert!(
        !answer.body.contains("table"),
        "not for the client: {}",
        answer.body
    );
    let written =
        String::from_utf8(file.0.lock().expect("no test panics with it").clone()).expect("text");
    let lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2, "two requests: {written}");
    assert_eq!(
        lines[0].get("cause"),
        None,
        "a request that went well has no cause"
    );
    let cause = lines[1]["cause"].as_str().unwrap_or_default();
    assert!(
        cause.contains("no such table"),
        "what SQLite says is in the line: {written}"
    );
}
