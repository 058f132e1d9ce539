//! The same promises at values that the visible tests do not name.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use capstone::adapters::SqliteTasks;
use capstone::domain::{Draft, TaskId, Timestamp, Title, UserId};
use capstone::ports::{Inserted, Once, TaskRepository};
use rusqlite::Connection;

/// A database that goes with the test.
struct File {
    folder: PathBuf,
    path: PathBuf,
}

impl File {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("capstone-graded-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("there is a place for temporary files");
        let path = folder.join("tasks.db");
        Self { folder, path }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn draft(owner: u64, title: &str) -> Draft {
    Draft {
        owner: UserId::new(owner),
        title: Title::parse(title).expect("a title"),
        created: Timestamp::from_millis(1_000),
    }
}

#[tokio::test]
async fn a_row_that_is_no_task_is_an_error() {
    let file = File::new();
    let old = Connection::open(&file.path).expect("it can be opened");
    old.execute_batch(
        "CREATE TABLE tasks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            owner INTEGER NOT NULL,
            title TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('open', 'started', 'done', 'dropped')),
            since_ms INTEGER,
            created_ms INTEGER NOT NULL,
            changed_ms INTEGER NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            CHECK ((status = 'open') = (since_ms IS NULL))
        ) STRICT;
        CREATE INDEX tasks_of_owner ON tasks (owner, id);
        PRAGMA user_version = 1;
        INSERT INTO tasks VALUES (1, 1, 'right', 'open', NULL, 5, 9, 1);
        INSERT INTO tasks VALUES (2, 2, '  ', 'open', NULL, 5, 9, 1);
        INSERT INTO tasks VALUES (3, 3, 'before it was made', 'open', NULL, 9, 5, 1);
        INSERT INTO tasks VALUES (4, 4, 'done after its last change', 'done', 10, 5, 9, 1);
        INSERT INTO tasks VALUES (5, 5, 'before 1970', 'open', NULL, -5, 9, 1);",
    )
    .expect("SQL");
    drop(old);
    let store = SqliteTasks::open(&file.path)
        .await
        .expect("rows are looked at when they are asked for");
    for number in 1..=5 {
        let (owner, id) = (UserId::new(number), TaskId::new(number));
        let found = store.find(owner, id).await;
        let listed = store.list(owner, None, 10).await;
        assert_eq!(
            (found.is_ok(), listed.is_ok()),
            (number == 1, number == 1),
            "row {number}: {found:?}, {listed:?}"
        );
    }
    let nobody = store
        .find(UserId::new(u64::MAX), TaskId::new(u64::MAX))
        .await;
    assert_eq!(nobody.expect("there is none"), None);
}

#[tokio::test]
async fn two_services_on_one_file_agree() {
    let file = File::new();
    let mut stores = Vec::new();
    for _ in 0..2 {
        let store = SqliteTasks::open(&file.path)
            .await
            .expect("it can be opened");
        stores.push(Arc::new(store));
    }
    let mut calls = Vec::new();
    for number in 0..40 {
        let store = Arc::clone(&stores[number % 2]);
        calls.push(tokio::spawn(async move {
            let once = Once {
                key: format!("key {}", number / 4),
                forget_before: Timestamp::from_millis(0),
            };
            let title = format!("task {}", number / 4);
            store.insert(draft(1, &title), Some(once)).await
        }));
    }
    let mut new = 0;
    for call in calls {
        match call
            .await
            .expect("no panic")
            .expect("neither is told that the file is locked")
        {
            Inserted::New(_) => new += 1,
            Inserted::Again(_) => {}
            Inserted::KeyReused => panic!("each key has one title"),
        }
    }
    let tasks = stores[0]
        .list(UserId::new(1), None, 100)
        .await
        .expect("it works");
    assert_eq!(
        (new, tasks.len()),
        (10, 10),
        "ten keys, each used four times through two stores"
    );
}
