//! A database is migrated once, by whoever comes first.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, fs, process};

use migrate_once::{MigrateError, Migration, migrate};
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, ErrorCode};

const fn step(version: u32, sql: &'static str) -> Migration {
    Migration { version, sql }
}

/// Each leaves a line in the table `done`, and none can be applied twice.
const MIGRATIONS: [Migration; 3] = [
    step(
        1,
        "CREATE TABLE done (step TEXT); INSERT INTO done VALUES ('one');",
    ),
    step(
        2,
        "ALTER TABLE done ADD COLUMN at INTEGER; INSERT INTO done VALUES ('two', 2);",
    ),
    step(
        3,
        "CREATE TABLE more (id INTEGER); INSERT INTO done VALUES ('three', 3);",
    ),
];

fn in_memory() -> Connection {
    Connection::open_in_memory().expect("memory is there")
}

/// The migrations that have left their line.
fn done(db: &Connection) -> Vec<String> {
    let mut done = match db.prepare("SELECT step FROM done ORDER BY rowid") {
        Ok(done) => done,
        Err(_) => return vec!["there is no table `done`".to_owned()],
    };
    done.query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .expect("steps are text")
}

fn has_table(db: &Connection, name: &str) -> bool {
    db.table_exists(None, name).expect("the schema can be read")
}

#[test]
fn each_is_applied_once_and_in_order() {
    let mut db = in_memory();
    assert_eq!(
        migrate(&mut db, &MIGRATIONS[..1]),
        Ok(vec![1]),
        "a new database"
    );
    assert_eq!(
        migrate(&mut db, &MIGRATIONS[..1]),
        Ok(vec![]),
        "nothing new"
    );
    assert_eq!(
        migrate(&mut db, &MIGRATIONS),
        Ok(vec![2, 3]),
        "two new ones"
    );
    assert_eq!(migrate(&mut db, &MIGRATIONS), Ok(vec![]), "nothing new");
    assert_eq!(done(&db), ["one", "two", "three"], "each once, in order");
}

#[test]
fn a_migration_that_fails_leaves_nothing_of_itself() {
    let mut db = in_memory();
    let mut list = MIGRATIONS;
    list[1].sql = "CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1);";
    let failed = migrate(&mut db, &list);
    assert!(
        matches!(failed, Err(MigrateError::Failed(2, _))),
        "migration 2 inserts into a table that does not exist: {failed:?}"
    );
    assert_eq!(
        (done(&db), has_table(&db, "half")),
        (vec!["one".to_owned()], false),
        "when migration 2 fails, those before it stay, and nothing of itself does: it is applied whole or not at \
         all (left: the migrations that were, and whether the first half of number 2 is there)"
    );
    assert_eq!(
        migrate(&mut db, &MIGRATIONS),
        Ok(vec![2, 3]),
        "a migration that was never applied may be mended, and is applied then"
    );
    assert_eq!(done(&db), ["one", "two", "three"]);
}

#[test]
fn a_migration_that_was_changed_is_found() {
    let mut db = in_memory();
    assert_eq!(migrate(&mut db, &MIGRATIONS[..2]), Ok(vec![1, 2]));
    let mut edited = MIGRATIONS;
    edited[0].sql = "CREATE TABLE done (step TEXT NOT NULL); INSERT INTO done VALUES ('one');";
    assert_eq!(
        migrate(&mut db, &edited),
        Err(MigrateError::Changed(1)),
        "migration 1 was edited after this database had it. New databases get the new form, this one has the old, and \
         each of them says version 2"
    );
    assert_eq!(
        done(&db),
        ["one", "two"],
        "nothing is applied to a database that is not what the list says"
    );
    assert_eq!(
        migrate(&mut db, &MIGRATIONS),
        Ok(vec![3]),
        "with the old text again, all is well"
    );
}

#[test]
fn a_list_that_does_not_fit_is_refused() {
    let [one, two, three] = MIGRATIONS;
    let mut db = in_memory();
    for (list, wrong, why) in [
        (&[two, one][..], 2, "2 comes first"),
        (&[one, three][..], 3, "2 is left out"),
        (
            &[one, two, two][..],
            2,
            "2 comes twice, from two branches that were merged",
        ),
        (&[step(0, "SELECT 1"), one][..], 0, "0 comes before 1"),
    ] {
        assert_eq!(
            migrate(&mut db, list),
            Err(MigrateError::Order(wrong)),
            "{why}"
        );
        assert!(
            !has_table(&db, "done"),
            "{why}: nothing may be applied of such a list"
        );
    }
    assert_eq!(migrate(&mut db, &MIGRATIONS), Ok(vec![1, 2, 3]));
    assert_eq!(
        migrate(&mut db, &MIGRATIONS[..2]),
        Err(MigrateError::Unknown(3)),
        "the database has had migration 3, and an older program comes back that does not know it"
    );
}

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = env::temp_dir().join(format!("migrate_once-{}", process::id()));
        fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    /// A connection that does not wait for others. Readers do not keep it from writing.
    fn connect(&self, name: usize) -> Connection {
        let db = Connection::open(self.0.join(format!("{name}.db"))).expect("a new file");
        db.busy_timeout(Duration::ZERO)
            .expect("a connection can be told not to wait");
        db.pragma_update(None, "journal_mode", "WAL")
            .expect("a file can have a log");
        db.pragma_update(None, "synchronous", "OFF")
            .expect("no test loses its power");
        db
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

type Outcome = Result<Vec<u32>, MigrateError>;

/// Lets one process migrate, and another one come in before its statement number `at`, if it has so many. Returns
/// what became of both, and the statement.
fn interrupted(folder: &Folder, at: usize) -> Option<(Outcome, Outcome, String, Connection)> {
    let mut first = folder.connect(at);
    let second = Mutex::new(folder.connect(at));
    let told = Arc::<Mutex<Option<(Outcome, String)>>>::default();
    let tell = Arc::clone(&told);
    let mut begun = 0;
    first
        .trace_v2(
            TraceEventCodes::SQLITE_TRACE_STMT,
            Some(move |event: TraceEvent<'_>| {
                if let TraceEvent::Stmt(_, sql) = event {
                    if begun == at {
                        let mut second = second.lock().expect("no panic under the lock");
                        let outcome = migrate(&mut second, &MIGRATIONS[..2]);
                        let mut tell = tell.lock().expect("no panic under the lock");
                        *tell = Some((outcome, sql.to_owned()));
                    }
                    begun += 1;
                }
            }),
        )
        .expect("a connection can be traced");
    let outcome = migrate(&mut first, &MIGRATIONS[..2]);
    let (second, sql) = told.lock().expect("no panic under the lock").take()?;
    Some((outcome, second, sql, folder.connect(at)))
}

/// Whether a process was told that another one is at work. It would wait and try again.
fn is_busy(outcome: &Outcome) -> bool {
    let error = match outcome {
        Err(MigrateError::Database(error) | MigrateError::Failed(_, error)) => error,
        _ => return false,
    };
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

#[test]
fn two_processes_at_once_apply_each_migration_once() {
    let folder = Folder::new();
    let mut points = 0;
    while let Some((first, second, sql, mut db)) = interrupted(&folder, points) {
        points += 1;
        assert!(
            first.is_ok() && (second.is_ok() || is_busy(&second)),
            "two processes start at once, and the second comes in when the first is about to run `{sql}`, its \
             statement number {points}. The first got {first:?}, the second {second:?}. The first must succeed, \
             the second succeed or be told that the database is busy. What was found out before the lock is stale \
             under it; and what is applied must be recorded in one transaction with it"
        );
        assert!(
            migrate(&mut db, &MIGRATIONS[..2]).is_ok_and(|applied| applied.is_empty()),
            "after both, nothing is left to do (second process before statement {points}, `{sql}`)"
        );
        assert_eq!(
            done(&db),
            ["one", "two"],
            "each migration once (second process before statement {points}, `{sql}`)"
        );
    }
    assert!(
        points >= 4,
        "two migrations take more than {points} statements"
    );
}
