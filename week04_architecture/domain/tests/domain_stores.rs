//! Stage 3: one promise, three stores; and what is particular to a file.

#[path = "support/contract.rs"]
mod contract;
#[path = "support/folder.rs"]
mod folder;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::fs;
use std::path::Path;

use contract::{assert_contract, assert_found, odd};
use folder::Folder;
use rooms::domain::{BookingId, Room};
use rooms::ports::{RoomId, Rooms, Saved, Version};
use rooms::stores::{Log, Memory, Sqlite};
use support::{BO, NINE, room, slot, title};

const HALL: RoomId = RoomId(7);

fn log(path: &Path) -> Log {
    Log::open(path).unwrap_or_else(|error| panic!("the log was expected to open: {error}"))
}

fn sqlite(path: &Path) -> Sqlite {
    Sqlite::open(path).unwrap_or_else(|error| panic!("SQLite was expected to open: {error}"))
}

/// The hall after a booking more.
fn booked(mut hall: Room, id: u64) -> Room {
    let from = 30 * i64::try_from(id).unwrap_or(0);
    hall.book(
        BO,
        BookingId(id),
        slot(from, from + 30),
        title("stand-up"),
        NINE,
    )
    .expect("it is free");
    hall
}

fn save(store: &impl Rooms, room: &Room, seen: u64) {
    assert_eq!(
        store.save(HALL, room, Version(seen)),
        Ok(Saved::Yes),
        "the hall is saved at version {seen}, which is the last one"
    );
}

#[test]
fn memory_keeps_the_contract() {
    assert_contract("memory", Memory::new);
}

#[test]
fn the_log_keeps_the_contract() {
    let folder = Folder::new("log-contract");
    assert_contract("the log", || log(&folder.fresh()));
}

#[test]
fn sqlite_keeps_the_contract() {
    let folder = Folder::new("sqlite-contract");
    assert_contract("SQLite", || sqlite(&folder.fresh()));
}

#[test]
fn a_file_outlives_its_process() {
    let folder = Folder::new("reopen");
    let (path, hall) = (folder.fresh(), booked(room(), 1));
    save(&log(&path), &hall, 0);
    save(&log(&path), &odd(), 1);
    assert_found(
        &log(&path),
        HALL,
        Some((&odd(), 2)),
        "the log was opened again",
    );
    let path = folder.fresh();
    save(&sqlite(&path), &hall, 0);
    save(&sqlite(&path), &odd(), 1);
    assert_found(
        &sqlite(&path),
        HALL,
        Some((&odd(), 2)),
        "SQLite was opened again",
    );
}

fn two_programs(whose: &str, one: &impl Rooms, two: &impl Rooms) {
    let first = booked(room(), 1);
    save(one, &first, 0);
    let why = format!("{whose}, opened twice: the other one has saved it");
    assert_found(two, HALL, Some((&first, 1)), &why);
    save(two, &booked(first.clone(), 2), 1);
    assert_eq!(
        one.save(HALL, &odd(), Version(1)),
        Ok(Saved::Outdated),
        "{whose}, opened twice: saved at version 1 by one, after the other has saved version 2"
    );
    save(one, &odd(), 2);
    let why = format!("{whose}, opened twice: and back again");
    assert_found(two, HALL, Some((&odd(), 3)), &why);
}

#[test]
fn two_programs_may_have_one_file() {
    let folder = Folder::new("two");
    let path = folder.fresh();
    two_programs("the log", &log(&path), &log(&path));
    let path = folder.fresh();
    two_programs("SQLite", &sqlite(&path), &sqlite(&path));
}

#[test]
fn a_torn_tail_was_never_promised() {
    let folder = Folder::new("torn");
    let path = folder.fresh();
    let (first, second) = (booked(room(), 1), booked(booked(room(), 1), 2));
    save(&log(&path), &first, 0);
    let whole = fs::read(&path).expect("the log is a file").len();
    save(&log(&path), &second, 1);
    let bytes = fs::read(&path).expect("the log is a file");
    assert!(
        bytes.len() > whole,
        "the file only grows: {whole} bytes after one save, {} after two",
        bytes.len()
    );
    for cut in whole..bytes.len() {
        let path = folder.fresh();
        fs::write(&path, &bytes[..cut]).expect("a torn copy");
        let why = format!(
            "the process died when {} bytes of {} of the second record were written",
            cut - whole,
            bytes.len() - whole
        );
        let store = log(&path);
        let found = store.find(HALL);
        let last = match &found {
            Ok(Some((room, Version(1)))) if *room == first => 1,
            // All that matters is there, and the end is missing only.
            Ok(Some((room, Version(2)))) if *room == second => 2,
            _ => panic!(
                "{why}. The hall was expected as it was before, at version 1, and is {found:?}"
            ),
        };
        // Each save waits for the disk, so not after every cut.
        if !(cut - whole).is_multiple_of(16) && cut + 1 != bytes.len() {
            continue;
        }
        let saved = store.save(HALL, &odd(), Version(last));
        assert_eq!(saved, Ok(Saved::Yes), "{why}. Then the hall is saved again");
        drop(store);
        assert_found(
            &log(&path),
            HALL,
            Some((&odd(), last + 1)),
            &format!("{why}. Then the hall was saved again, and the log opened again"),
        );
    }
}

#[test]
fn damage_is_no_torn_tail() {
    let folder = Folder::new("damage");
    let path = folder.fresh();
    save(&log(&path), &booked(room(), 1), 0);
    let first = fs::read(&path).expect("the log is a file").len();
    let last = booked(booked(room(), 1), 2);
    save(&log(&path), &last, 1);
    let bytes = fs::read(&path).expect("the log is a file");
    for at in 0..first {
        let path = folder.fresh();
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x04;
        fs::write(&path, damaged).expect("a damaged copy");
        // To refuse to open is an answer as well.
        let Ok(store) = Log::open(&path) else {
            continue;
        };
        let found = store.find(HALL);
        assert!(
            found.is_err() || found == Ok(Some((last.clone(), Version(2)))),
            "byte {at} of the first of two records was changed on the disk. That record was promised. An error was expected, and what is \
             found is {found:?}"
        );
    }
}

/// The tables of a database, whatever they are called.
fn tables(path: &Path) -> Vec<String> {
    let other = rusqlite::Connection::open(path).expect("another connection");
    let mut query = other
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .expect("a question about tables");
    let names = query.query_map([], |row| row.get(0)).expect("an answer");
    names.map(|name| name.expect("a name")).collect()
}

#[test]
fn sqlite_saves_a_room_as_a_whole() {
    let folder = Folder::new("whole");
    let before = booked(room(), 1);
    let path = folder.fresh();
    drop(sqlite(&path));
    let (tables, mut failed) = (tables(&path), 0);
    for table in &tables {
        for change in ["INSERT", "UPDATE", "DELETE"] {
            let path = folder.fresh();
            let store = sqlite(&path);
            save(&store, &before, 0);
            let other = rusqlite::Connection::open(&path).expect("another connection");
            let full = format!(
                "CREATE TRIGGER full AFTER {change} ON \"{table}\" BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            );
            other.execute_batch(&full).expect("a trigger");
            let saved = store.save(HALL, &odd(), Version(1));
            let why =
                format!("each {change} on the table {table} fails, and `save` has said {saved:?}");
            if saved == Ok(Saved::Yes) {
                // It does nothing of this kind to this table.
                assert_found(&store, HALL, Some((&odd(), 2)), &why);
            } else {
                failed += 1;
                assert!(saved.is_err(), "{why}; `Unavailable` was expected");
                assert_found(&store, HALL, Some((&before, 1)), &why);
            }
        }
    }
    assert!(
        failed > 0,
        "no failure in any of the tables {tables:?} made `save` fail"
    );
}
