//! What the store in a file promises: all that the one in memory does, and that it is still there tomorrow.

#[path = "support/repository.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod repository;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::env;
use std::fs;
use std::future;
use std::path::PathBuf;
use std::pin::pin;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use capstone::adapters::SqliteTasks;
use capstone::domain::{State, Status};
use capstone::ports::{Inserted, StoreError};
use rusqlite::Connection;

use repository::{ADA, BOB, NOON, Store, at, draft, found, once, stored, user};
use support::{Process, field, listed, within};

// ── the contract, as in memory ─────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn in_a_file_numbers_only_rise() {
    let file = File::new();
    repository::numbers_only_rise(file.open().await).await;
}

#[tokio::test]
async fn in_a_file_what_was_stored_is_found() {
    let file = File::new();
    repository::what_was_stored_is_found(file.open().await).await;
}

#[tokio::test]
async fn in_a_file_owners_have_their_own() {
    let file = File::new();
    repository::owners_have_their_own(file.open().await).await;
}

#[tokio::test]
async fn in_a_file_lists_are_in_order() {
    let file = File::new();
    repository::lists_are_in_order(file.open().await).await;
}

#[tokio::test]
async fn in_a_file_only_the_expected_version_is_replaced() {
    let file = File::new();
    repository::only_the_expected_version_is_replaced(file.open().await).await;
}

#[tokio::test]
async fn in_a_file_a_key_stores_once() {
    let (file, other) = (File::new(), File::new());
    repository::a_key_stores_once(file.open().await).await;
    repository::a_key_stores_once_at_the_same_time(other.open().await).await;
}

// ── the file ───────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn what_was_acknowledged_is_there_tomorrow() {
    let file = File::new();
    let store = file.open().await;
    let kept = stored(&store, ADA, "kept").await;
    let inserted = store
        .insert(draft(ADA, "with a key", 0), once("k", 0))
        .await;
    let Ok(Inserted::New(keyed)) = inserted else {
        panic!("the key is new: {inserted:?}");
    };
    let last = stored(&store, ADA, "deleted").await;
    let deleted = store.delete(user(ADA), last.facts().id, 1).await;
    deleted.expect("the store works");
    drop(store);

    let store = file.open().await;
    assert_eq!(
        found(&store, ADA, &kept).await,
        Some(kept),
        "after the file was opened again"
    );
    assert_eq!(
        found(&store, ADA, &last).await,
        None,
        "and what was deleted is not"
    );
    let again = store
        .insert(draft(ADA, "with a key", 9), once("k", 0))
        .await;
    assert_eq!(
        again.expect("the store works"),
        Inserted::Again(keyed),
        "a client that repeats its request after our restart is the one that keys are for"
    );
    let next = stored(&store, BOB, "next").await;
    assert!(
        next.facts().id > last.facts().id,
        "numbers go on after the highest that was ever given, not after the highest that is there: {next:?}"
    );
}

#[tokio::test]
async fn a_file_of_release_1_is_taken_over() {
    let file = File::new();
    let old = file.sql();
    old.execute_batch(RELEASE_1)
        .expect("it is what release 1 executed");
    let rows = [
        (3, ADA, "open", "open", None),
        (5, BOB, "Bob's", "done", Some(NOON + 2)),
        (8, ADA, "started", "started", Some(NOON + 1)),
    ];
    for (id, owner, title, status, since) in rows {
        old.execute(
            "INSERT INTO tasks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 4)",
            (
                id,
                owner as i64,
                title,
                status,
                since.map(|since| since as i64),
                NOON as i64,
                NOON as i64 + 7,
            ),
        )
        .expect("release 1 could write this");
    }
    drop(old);

    // More than once, because every start is a migration that may have nothing to do.
    for start in 1..=3 {
        let store = file.open().await;
        let tasks = store
            .list(user(ADA), None, 10)
            .await
            .expect("it reads the file of release 1");
        let tasks: Vec<_> = tasks
            .iter()
            .map(|task| task.facts())
            .map(|it| {
                (
                    it.id.get(),
                    it.title.as_str(),
                    it.state,
                    it.changed,
                    it.version,
                )
            })
            .collect();
        assert_eq!(
            tasks[..2],
            [
                (3, "open", State::Open, at(7), 4),
                (8, "started", State::Started { at: at(1) }, at(7), 4),
            ],
            "Ada's tasks of release 1, at start {start}"
        );
        let key = format!("k{start}");
        let inserted = store.insert(draft(ADA, "new", start), once(&key, 0)).await;
        assert!(
            matches!(&inserted, Ok(Inserted::New(task)) if task.facts().id.get() == 8 + start),
            "what release 1 did not have, keys, works in its file: {inserted:?}"
        );
        let bobs = store.list(user(BOB), None, 10).await.expect("it reads");
        assert_eq!(bobs[0].facts().state.status(), Status::Done);
    }
}

#[tokio::test]
async fn a_file_of_a_later_release_is_left_alone() {
    let file = File::new();
    let later = file.sql();
    later
        .execute_batch("CREATE TABLE t (x); PRAGMA user_version = 4711;")
        .expect("SQL");
    drop(later);
    let before = fs::read(&file.path).expect("it is there");
    let Err(error) = SqliteTasks::open(&file.path).await else {
        panic!(
            "the file is of version 4711. To go on would be to guess what a release that does not exist yet \
             has meant by it"
        );
    };
    let text = whole(&error);
    assert!(
        text.contains("4711") && text.contains(&file.path.display().to_string()),
        "the error names the file and its version: {text}"
    );
    let after = fs::read(&file.path).expect("it is there");
    assert!(
        after == before,
        "the file must be as it was, and some of its {} bytes have changed. Settings of a database are kept \
         in its file, too",
        before.len()
    );

    let nowhere = file.path.join("no").join("such.db");
    let Err(error) = SqliteTasks::open(&nowhere).await else {
        panic!("{} can't be opened", nowhere.display());
    };
    assert!(
        whole(&error).contains("such.db"),
        "the error names the file: {}",
        whole(&error)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_may_open_one_file_at_the_same_time() {
    // One is in the middle of making the file; the next one can read already, and has to wait to write.
    let file = File::new();
    let first = file.sql();
    first
        .execute_batch("BEGIN IMMEDIATE")
        .expect("nobody else has the lock");
    let path = file.path.clone();
    let mut opening = tokio::spawn(async move { SqliteTasks::open(&path).await });
    if let Ok(opened) = tokio::time::timeout(Duration::from_millis(200), &mut opening).await {
        let outcome = opened.expect("no panic").map_err(|error| whole(&error));
        panic!(
            "another has the file's lock, so `open` has to wait for it, and said {outcome:?}. Not everything \
             that writes into the file waits because of a `busy_timeout`: to change the journal's mode does not"
        );
    }
    first.execute_batch("COMMIT").expect("it is ours");
    let opened = within("the file to open", opening).await.expect("no panic");
    if let Err(error) = opened {
        panic!("the lock is free again; open said {}", whole(&error));
    }

    for round in 0..3 {
        let file = File::new();
        let opening: Vec<_> = (0..4)
            .map(|_| {
                let path = file.path.clone();
                tokio::spawn(async move { SqliteTasks::open(&path).await })
            })
            .collect();
        for (number, open) in opening.into_iter().enumerate() {
            let opened = within("the file to open", open).await.expect("no panic");
            let store: Store = match opened {
                Ok(store) => Arc::new(store),
                Err(error) => panic!(
                    "round {round}: four processes start with an empty file, and each has to find out under \
                     the lock what is left to do; number {number} said {}",
                    whole(&error)
                ),
            };
            let task = stored(&store, ADA, "task").await;
            assert_eq!(
                task.facts().id.get(),
                number as u64 + 1,
                "they share the file"
            );
        }
    }
}

// ── transactions ───────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn an_insertion_happens_as_a_whole() {
    let file = File::new();
    let store = file.open().await;
    let sql = file.sql();
    let mut tables = sql
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .expect("SQL");
    let tables: Vec<String> = tables
        .query_map((), |row| row.get(0))
        .expect("SQL")
        .map(|name| name.expect("a name"))
        .collect();
    let mut failed = 0;
    for (at, table) in tables.iter().enumerate() {
        // The disk is full right when this table is written.
        sql.execute_batch(&format!(
            "CREATE TRIGGER full AFTER INSERT ON \"{table}\" BEGIN SELECT RAISE(ABORT, 'disk full'); END;"
        ))
        .expect("SQL");
        let (title, key) = (format!("task {at}"), format!("key {at}"));
        let outcome = store.insert(draft(ADA, &title, 0), once(&key, 0)).await;
        sql.execute_batch("DROP TRIGGER full;").expect("SQL");
        let error = match outcome {
            Err(error) => error,
            // A table of a later stage, which an insertion does not need.
            Ok(Inserted::New(task)) => {
                let deleted = store.delete(user(ADA), task.facts().id, 1).await;
                deleted.expect("the store works");
                continue;
            }
            Ok(other) => panic!("{key} is new: {other:?}"),
        };
        failed += 1;
        assert!(
            whole(&error).contains("disk full"),
            "the cause is in the chain: {}",
            whole(&error)
        );
        let tasks = store
            .list(user(ADA), None, 10)
            .await
            .expect("the store works");
        assert_eq!(
            tasks,
            [],
            "writing `{table}` has failed, so the task must not be there: its client was told that it is not"
        );
        let again = store.insert(draft(ADA, &title, 0), once(&key, 0)).await;
        let Ok(Inserted::New(task)) = again else {
            panic!(
                "writing `{table}` has failed, so the key must not be there: the client repeats its request, \
                 and is told {again:?} about a task that does not exist"
            );
        };
        store
            .delete(user(ADA), task.facts().id, 1)
            .await
            .expect("the store works");
    }
    assert!(
        failed >= 2,
        "task and key are in two tables, both of which an insertion writes; {tables:?} have failed {failed} \
         times"
    );
}

#[tokio::test]
async fn the_runtime_works_while_the_file_is_locked() {
    let file = File::new();
    let store = file.open().await;
    // Another process is in the middle of a change. This test has one thread, and if that waits for the
    // lock, then nobody is left to let go of it.
    let other = file.sql();
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("nobody else has the lock");
    let inserting = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.insert(draft(ADA, "patient", 0), None).await })
    };
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(
        !inserting.is_finished(),
        "the file is locked, so the insertion has to wait. It has blocked the runtime until it gave up, and \
         with it every other request"
    );
    other.execute_batch("COMMIT").expect("it is ours");
    let inserted = within("the insertion to get the lock", inserting).await;
    let inserted = inserted.expect("no panic");
    assert!(
        matches!(inserted, Ok(Inserted::New(_))),
        "once the other has let go, the insertion is made: {inserted:?}"
    );
}

#[tokio::test]
async fn a_caller_who_gives_up_leaves_nothing_half_done() {
    let file = File::new();
    let store = file.open().await;
    for polls in 0..4 {
        let key = format!("k{polls}");
        {
            let mut insert = pin!(store.insert(draft(ADA, &key, 0), once(&key, 0)));
            for _ in 0..polls {
                if future::poll_fn(|cx| Poll::Ready(insert.as_mut().poll(cx).is_ready())).await {
                    break;
                }
                tokio::task::yield_now().await;
            }
            // Its client has hung up: the future is dropped where it stands.
        }
        let again = store.insert(draft(ADA, &key, 5), once(&key, 0)).await;
        assert!(
            matches!(again, Ok(Inserted::New(_) | Inserted::Again(_))),
            "the store goes on, and the key is used once: {again:?}"
        );
    }
    let tasks = store
        .list(user(ADA), None, 100)
        .await
        .expect("the store works");
    assert_eq!(
        tasks.len(),
        4,
        "four keys, four tasks, whoever was dropped when: {tasks:?}"
    );
}

// ── the binary ─────────────────────────────────────────────────────────────────────────────────────

#[cfg(unix)]
#[tokio::test]
async fn the_binary_keeps_its_tasks_where_it_is_told() {
    let file = File::new();
    let setting = format!("sqlite:{}", file.path.display());
    let mut process = Process::start_with(&[], &[("TASKS_DATABASE", &setting)]);
    let first = process.next_line();
    assert!(
        field(&first, "port").is_some(),
        "the first line still has the port: {first}"
    );
    assert!(process.terminate().success(), "it stops as before");
    let tasks: u32 = file
        .sql()
        .query_row("SELECT count(*) FROM tasks", (), |row| row.get(0))
        .expect("the service has made its tables in the file of TASKS_DATABASE");
    assert_eq!(tasks, 0);

    let wrong = format!("sqlite:{}/no/such.db", file.path.display());
    let mut process = Process::start_with(&["--database", &wrong], &[]);
    let (lines, status) = process.ended();
    let log = listed(&lines);
    assert!(
        status.code() == Some(1) && log.contains("such.db"),
        "a database that can't be opened is a failure that names it, and no service without one. It ended \
         with {status}, and the log:\n{log}"
    );
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

/// What the first release executed, in files that customers have.
const RELEASE_1: &str = "
    CREATE TABLE tasks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER NOT NULL, title TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('open', 'started', 'done', 'dropped')), since_ms INTEGER,
        created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, version INTEGER NOT NULL CHECK (version > 0),
        CHECK ((status = 'open') = (since_ms IS NULL))
    ) STRICT;
    CREATE INDEX tasks_of_owner ON tasks (owner, id);
    PRAGMA user_version = 1;
";

/// A database that goes with the test.
struct File {
    folder: PathBuf,
    path: PathBuf,
}

impl File {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("capstone-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("there is a place for temporary files");
        let path = folder.join("tasks.db");
        Self { folder, path }
    }

    async fn open(&self) -> Store {
        match within("SqliteTasks::open", SqliteTasks::open(&self.path)).await {
            Ok(store) => Arc::new(store),
            Err(error) => panic!("the file can be opened; open said {}", whole(&error)),
        }
    }

    /// As someone else sees it.
    fn sql(&self) -> Connection {
        Connection::open(&self.path).expect("it can be opened")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The error with all its causes.
fn whole(error: &StoreError) -> String {
    capstone::telemetry::chain(error)
}
