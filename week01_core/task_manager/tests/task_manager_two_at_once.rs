//! What two processes that change one list owe each other.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::cell::Cell;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use task_manager::{Files, Refusal, Store, StoreError};

use support::{Folder, MemoryDisk, add, id, new, titles};

const FILE: &str = "team/tasks.json";
const LOCK: &str = "team/tasks.json.lock";

#[test]
fn a_change_keeps_others_out_from_its_reading_to_its_end() {
    let disk = MemoryDisk::empty();
    let (one, other) = (Store::new(FILE, &disk), Store::new(FILE, &disk));
    add(&one, "rent").expect("nobody else is there");
    let added = one.update(
        || false,
        |list| {
            // The list has been read and not been written.
            match add(&other, "lost") {
                Err(StoreError::Busy { path }) => assert_eq!(path, Path::new(FILE)),
                other => panic!(
                    "another store changed the list between this one's reading and writing: \
                     {other:?}. One of the two changes is lost"
                ),
            }
            list.add(new("backup"))
        },
    );
    assert_eq!(added.ok(), Some(Ok(id(2))));
    assert_eq!(
        disk.unlocked_steps(),
        Vec::<String>::new(),
        "steps that changed the disk while nobody held a lock"
    );
    assert!(
        !disk.steps().contains(&format!("remove {LOCK}")),
        "`{LOCK}` must stay where it is: another process may have opened it and lock it now, while a \
         third makes a new one and locks that"
    );
    add(&other, "mail").expect("the first store is done");
    let list = one.load().expect("it can be read");
    assert_eq!(titles(&list), ["rent", "backup", "mail"]);
}

#[test]
fn what_the_other_wrote_is_read() {
    let disk = MemoryDisk::empty();
    let other = MemoryDisk::empty();
    add(&Store::new(FILE, &other), "theirs").expect("nobody else is there");
    let theirs = other.files()[Path::new(FILE)].clone();

    let mut held = disk.try_lock(Path::new(LOCK)).expect("the disk works");
    let asked = Cell::new(0);
    let again = || {
        asked.set(asked.get() + 1);
        if asked.get() == 3 {
            // The other process writes its list and is done.
            disk.write(Path::new(FILE), &theirs)
                .expect("the disk works");
            held.take();
        }
        true
    };
    let added = Store::new(FILE, &disk).update(again, |list| list.add(new("ours")));
    assert_eq!(
        asked.get(),
        3,
        "another process held `{LOCK}` at three tries; `again` is asked after each"
    );
    assert_eq!(
        added.ok(),
        Some(Ok(id(2))),
        "the other process has given number 1"
    );
    let list = Store::new(FILE, &disk).load().expect("it can be read");
    assert_eq!(
        titles(&list),
        ["theirs", "ours"],
        "the other process wrote `theirs` while this one waited, so it was there to be read"
    );
}

#[test]
fn whoever_gives_up_changes_nothing() {
    let disk = MemoryDisk::empty();
    let _held = disk.try_lock(Path::new(LOCK)).expect("the disk works");
    let mut tries = 3;
    let again = || {
        tries -= 1;
        tries > 0
    };
    let said = Store::new(FILE, &disk).update(again, |_| -> Result<(), Refusal> {
        panic!("another process holds `{LOCK}`; the change must not run")
    });
    match said {
        Err(StoreError::Busy { path }) => {
            assert_eq!(path, Path::new(FILE), "the list, not the lock")
        }
        other => {
            panic!("another process holds `{LOCK}` and `again` said no; update said {other:?}")
        }
    }
    assert_eq!(
        tries, 0,
        "`again` says no the third time; so many more times it would be asked"
    );
    assert_eq!(
        disk.steps(),
        Vec::<String>::new(),
        "steps that changed the disk"
    );
}

#[test]
fn readers_wait_for_nobody() {
    let disk = MemoryDisk::empty();
    add(&Store::new(FILE, &disk), "rent").expect("nobody else is there");
    let _held = disk.try_lock(Path::new(LOCK)).expect("the disk works");
    match Store::new(FILE, &disk).load() {
        Ok(list) => assert_eq!(titles(&list), ["rent"]),
        Err(error) => {
            panic!("what is under the name is a whole list at any time; load said: {error}")
        }
    }
}

#[test]
fn a_lock_is_given_back_whatever_happens() {
    let disk = MemoryDisk::empty();
    let store = Store::new(FILE, &disk);
    let refused = store.update(|| false, |list| list.reopen(id(9)));
    assert_eq!(refused.ok(), Some(Err(Refusal::NoSuchTask { id: id(9) })));
    add(&store, "one").unwrap_or_else(|error| panic!("after a refusal: {error}"));

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.update(
            || false,
            |_| -> Result<(), Refusal> { panic!("a bug in the change") },
        )
    }));
    assert!(panicked.is_err(), "the panic is the caller's");
    add(&store, "two").unwrap_or_else(|error| panic!("after a panic: {error}"));

    let damaged = MemoryDisk::holding(FILE, "not a list");
    let store = Store::new(FILE, &damaged);
    for _ in 0..2 {
        match add(&store, "three") {
            Err(StoreError::Damaged { .. }) => {}
            other => {
                panic!("the file is damaged, the first time and the second; update said {other:?}")
            }
        }
    }
}

#[test]
fn the_program_respects_the_lock_of_another_process() {
    let folder = Folder::new();
    folder
        .run(&["add", "rent"])
        .expect(0, "nobody else is there");
    let before = fs::read(folder.path("tasks.json")).expect("it was written a moment ago");

    let lock = File::create(folder.path("tasks.json.lock")).expect("a file to lock");
    lock.lock().expect("nobody else is there");
    let ended = folder.run(&["--no-wait", "add", "lost"]);
    assert_ne!(
        ended.code,
        Some(0),
        "this test holds the lock on `tasks.json.lock`, and `{}` said: {}",
        ended.line,
        ended.out
    );
    assert!(
        ended.err.contains("another process"),
        "standard error must say that another process is changing the file; it says: {}",
        ended.err
    );
    let after = fs::read(folder.path("tasks.json")).expect("it is still there");
    assert!(
        before == after,
        "`{}` changed the file of another process",
        ended.line
    );
    let listed = folder.run(&["list"]).expect(0, "readers wait for nobody");
    assert!(
        listed.out.contains("rent"),
        "`{}` said: {}",
        listed.line,
        listed.out
    );

    drop(lock);
    folder
        .run(&["--no-wait", "add", "backup"])
        .expect(0, "the lock is free again");
}

#[test]
fn a_file_that_a_dead_process_left_is_no_lock() {
    let folder = Folder::new();
    fs::write(folder.path("tasks.json.lock"), "4711").expect("a file");
    let ended = folder.run(&["--no-wait", "add", "rent"]);
    ended.expect(
        0,
        "`tasks.json.lock` is there, and nobody holds a lock on it",
    );
}
