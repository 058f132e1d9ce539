//! Stage 6, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract {
    include!("support/contract.rs");
}

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contract::draft;
use http_api::{
    Application, BuildError, Migration, Only, Sqlite, Storage, Store, StoreError, migrate,
};
use rusqlite::Connection;
use support::{PATIENCE, config};

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
