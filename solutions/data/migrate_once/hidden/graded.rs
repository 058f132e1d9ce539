//! The same promises for longer lists, and for a database that has other tables.

use migrate_once::{MigrateError, Migration, migrate};
use rusqlite::Connection;

const fn step(version: u32, sql: &'static str) -> Migration {
    Migration { version, sql }
}

const LIST: [Migration; 5] = [
    step(1, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)"),
    step(2, "INSERT INTO users (name) VALUES ('it''s Ada'), ('Bob');"),
    step(3, "ALTER TABLE users RENAME COLUMN name TO called"),
    step(4, "-- nothing but a comment"),
    step(
        5,
        "CREATE INDEX users_called ON users (called); DELETE FROM users WHERE called = 'Bob'",
    ),
];

#[test]
fn each_version_of_a_program_finds_its_tables() {
    let mut db = Connection::open_in_memory().expect("memory is there");
    db.execute_batch(
        "CREATE TABLE of_somebody_else (id INTEGER); INSERT INTO of_somebody_else VALUES (7)",
    )
    .expect("good SQL");
    for known in 1..=LIST.len() {
        assert_eq!(migrate(&mut db, &LIST[..known]), Ok(vec![known as u32]));
        assert_eq!(migrate(&mut db, &LIST[..known]), Ok(vec![]));
    }
    for known in 0..LIST.len() {
        assert_eq!(
            migrate(&mut db, &LIST[..known]),
            Err(MigrateError::Unknown(known as u32 + 1)),
            "the first that a list of {known} does not know"
        );
    }
    let users: Vec<String> = db
        .prepare("SELECT called FROM users")
        .and_then(|mut users| users.query_map([], |row| row.get(0))?.collect())
        .expect("the tables are as the list leaves them");
    assert_eq!(users, ["it's Ada"]);
    let other: i64 = db
        .query_row("SELECT id FROM of_somebody_else", [], |row| row.get(0))
        .expect("other tables stay");
    assert_eq!(other, 7);
}

#[test]
fn each_change_is_found_at_its_place() {
    let mut db = Connection::open_in_memory().expect("memory is there");
    assert_eq!(migrate(&mut db, &LIST[..4]), Ok(vec![1, 2, 3, 4]));
    for at in 0..4 {
        let mut edited = LIST;
        edited[at].sql = "SELECT 1";
        assert_eq!(
            migrate(&mut db, &edited),
            Err(MigrateError::Changed(at as u32 + 1))
        );
    }
    let mut broken = LIST;
    broken[4].sql = "DELETE FROM users; CREATE TABLE users (id INTEGER)";
    assert!(matches!(
        migrate(&mut db, &broken),
        Err(MigrateError::Failed(5, _))
    ));
    let users: i64 = db
        .query_row("SELECT count(*) FROM users", [], |row| row.get(0))
        .expect("the table is there");
    assert_eq!(
        users, 2,
        "the deletion was undone with the rest of migration 5"
    );
    assert_eq!(migrate(&mut db, &LIST), Ok(vec![5]), "mended");
}
