//! What is left of a list after a crash, a full disk, and a file that makes no sense.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use task_manager::{Files, NewTask, Priority, Refusal, State, Store, StoreError};

use support::{MemoryDisk, add, at, id, new, shown, titles};

const FILE: &str = "team/tasks.json";

/// A disk with two tasks in its file, written by the code under test and long ago.
fn two_tasks() -> BTreeMap<PathBuf, Vec<u8>> {
    let disk = MemoryDisk::empty();
    let store = Store::new(FILE, &disk);
    for title in ["rent", "backup"] {
        add(&store, title).unwrap_or_else(|error| panic!("nothing fails on this disk: {error}"));
    }
    disk.files()
}

/// How many steps it takes to add a task to those two.
fn steps_of_an_update() -> usize {
    let disk = MemoryDisk::with(&two_tasks());
    add(&Store::new(FILE, &disk), "mail").unwrap_or_else(|error| panic!("nothing fails: {error}"));
    disk.steps().len()
}

/// Adds a third task on machines that crash after each number of steps, and shows `look` each disk that
/// can be found then: what was done before, whether the task was reported as added, and the files.
fn crash_everywhere(mut look: impl FnMut(&str, bool, &BTreeMap<PathBuf, Vec<u8>>)) {
    let files = two_tasks();
    for steps in 0..=steps_of_an_update() {
        let disk = MemoryDisk::that_crashes_after(&files, steps);
        let reported = add(&Store::new(FILE, &disk), "mail").is_ok();
        for found in disk.after_a_crash() {
            let story = format!(
                "the machine crashes after {:?}, and what is found is {}",
                disk.steps(),
                shown(&found)
            );
            look(&story, reported, &found);
        }
    }
}

#[test]
fn what_is_kept_is_read_again() {
    let disk = MemoryDisk::empty();
    let store = Store::new(FILE, &disk);
    assert_eq!(
        store.load().map(|list| titles(&list)).ok(),
        Some(Vec::new()),
        "no file is no tasks"
    );
    add(&store, "rent").expect("nothing fails on this disk");
    let full = NewTask {
        priority: Priority::High,
        due: Some("2026-03-01".parse().expect("a date")),
        after: vec![id(1)],
        ..new("\"quoted\" and ελληνικά")
    };
    let changed = store.update(
        || false,
        |list| {
            let added = list.add(full.clone())?;
            list.complete(id(1), at(1_772_323_200))?;
            Ok::<_, Refusal>(added)
        },
    );
    assert_eq!(
        changed.ok(),
        Some(Ok(id(2))),
        "update returns what the change said"
    );
    let list = Store::new(FILE, &disk)
        .load()
        .expect("it was written a moment ago");
    let first = list.get(id(1)).expect("task 1 was kept");
    assert_eq!(
        first.state,
        State::Done {
            at: Some(at(1_772_323_200))
        },
        "task 1 was done at 1,772,323,200"
    );
    let second = list.get(id(2)).expect("task 2 was kept");
    assert_eq!(
        (
            &second.title,
            second.priority,
            second.due,
            &second.after,
            second.state
        ),
        (
            &full.title,
            full.priority,
            full.due,
            &full.after,
            State::Open
        )
    );
}

#[test]
fn a_removed_number_is_not_given_again_by_the_next_process() {
    let disk = MemoryDisk::with(&two_tasks());
    let removed = Store::new(FILE, &disk).update(|| false, |list| list.remove(id(2)));
    removed
        .expect("nothing fails")
        .expect("nothing needs task 2");
    assert_eq!(
        add(&Store::new(FILE, &disk), "mail").ok(),
        Some(id(3)),
        "2 was given and removed, in another process than this one"
    );
}

#[test]
fn a_refused_change_writes_nothing() {
    let files = two_tasks();
    let disk = MemoryDisk::with(&files);
    let refused = Store::new(FILE, &disk).update(|| false, |list| list.reopen(id(1)));
    assert_eq!(refused.ok(), Some(Err(Refusal::NotDone { id: id(1) })));
    assert_eq!(
        (disk.files() == files, disk.steps()),
        (true, Vec::new()),
        "(the file is the same, the steps that changed the disk)"
    );
}

#[test]
fn a_crash_leaves_the_list_of_before_or_after() {
    crash_everywhere(|story, _, found| {
        let disk = MemoryDisk::with(found);
        match Store::new(FILE, &disk).load() {
            Ok(list) => assert!(
                [&["rent", "backup"][..], &["rent", "backup", "mail"]]
                    .contains(&&*titles(&list).iter().map(String::as_str).collect::<Vec<_>>()),
                "{story}. The list is {:?}; it must be that of before or that of after",
                titles(&list)
            ),
            Err(error) => panic!("{story}. The list can't be read: {error}"),
        }
    });
}

#[test]
fn what_was_reported_is_there_after_a_crash() {
    crash_everywhere(|story, reported, found| {
        let disk = MemoryDisk::with(found);
        let there = Store::new(FILE, &disk).load();
        let there = there.is_ok_and(|list| titles(&list).contains(&"mail".to_owned()));
        assert!(
            there || !reported,
            "{story}. `mail` was reported as added before that, and is not in the list"
        );
    });
}

#[test]
fn a_crash_is_not_in_the_way_of_the_next_change() {
    crash_everywhere(|story, _, found| {
        let disk = MemoryDisk::with(found);
        let store = Store::new(FILE, &disk);
        if let Err(error) = add(&store, "next") {
            panic!("{story}. The next change fails: {error}");
        }
        let list = store
            .load()
            .unwrap_or_else(|error| panic!("{story}. Then: {error}"));
        let titles = titles(&list);
        assert!(
            titles.len() >= 3 && titles.ends_with(&["next".to_owned()]),
            "{story}. After adding `next` the list is {titles:?}"
        );
    });
}

#[test]
fn a_step_that_fails_is_an_error_and_leaves_no_trace() {
    let files = two_tasks();
    for step in 0..steps_of_an_update() {
        let disk = MemoryDisk::that_fails_at(&files, step);
        let store = Store::new(FILE, &disk);
        let said = add(&store, "mail");
        let failed = disk.steps()[step].clone();
        match said {
            Err(StoreError::Write { path, .. }) => assert_eq!(path, Path::new(FILE)),
            other => panic!("`{failed}` failed, so nothing can be promised; update said {other:?}"),
        }
        let list = store.load().unwrap_or_else(|error| {
            panic!("`{failed}` failed, and now the list can't be read: {error}")
        });
        let titles = titles(&list);
        assert!(
            titles.starts_with(&["rent".to_owned(), "backup".to_owned()]),
            "`{failed}` failed, and the list of before is gone: {titles:?}"
        );
        let left: Vec<PathBuf> = disk.files().into_keys().collect();
        assert_eq!(
            left,
            [Path::new(FILE)],
            "`{failed}` failed, the disk is full, and these files are left on it"
        );
        add(&store, "next").unwrap_or_else(|error| {
            panic!("`{failed}` failed once; now nothing does, and: {error}")
        });
    }
}

#[test]
fn a_file_that_cannot_be_read_is_not_an_empty_list() {
    let files = two_tasks();
    let bytes = &files[Path::new(FILE)];
    for why in [io::ErrorKind::PermissionDenied, io::ErrorKind::Other] {
        let disk = MemoryDisk::that_cannot_read(FILE, bytes, why);
        match add(&Store::new(FILE, &disk), "mail") {
            Err(StoreError::Read { path, source }) => {
                assert_eq!((path.as_path(), source.kind()), (Path::new(FILE), why));
            }
            other => panic!("the file is there and can't be read ({why}); update said {other:?}"),
        }
        assert_eq!(
            disk.files(),
            files,
            "what can't be read ({why}) is not replaced"
        );
    }
}

/// The file of the statement, with one thing changed.
fn document(from: &str, to: &str) -> String {
    let good = r#"{"version": 3, "last_id": 3, "tasks": [
        {"id": 1, "title": "rent", "priority": "high", "due": "2026-03-01", "after": [], "done": true, "done_at": 5},
        {"id": 3, "title": "mail", "priority": "normal", "due": null, "after": [1], "done": false, "done_at": null}]}"#;
    assert!(good.contains(from), "the document has `{from}` in it");
    good.replacen(from, to, 1)
}

#[test]
fn a_file_that_makes_no_sense_is_not_replaced() {
    let good = MemoryDisk::holding(FILE, document("mail", "mail"));
    let list = Store::new(FILE, &good).load();
    let list = list.unwrap_or_else(|error| panic!("the statement's file must be read: {error}"));
    assert_eq!(titles(&list), ["rent", "mail"]);

    for (bytes, what) in [
        (String::new(), "nothing in it"),
        (document("{", "[")[..40].to_owned(), "half a document"),
        (document("\"last_id\": 3, ", ""), "no last_id"),
        (document("\"version\": 3, ", ""), "no version"),
        (document("\"mail\"", "\"\""), "a task without a title"),
        (
            document("\"high\"", "\"urgent\""),
            "a priority that there is not",
        ),
        (
            document("2026-03-01", "2026-02-30"),
            "a date that there is not",
        ),
        (document("\"id\": 1", "\"id\": 0"), "a task 0"),
        (document("\"id\": 1", "\"id\": 3"), "two tasks 3"),
        (
            document("\"last_id\": 3", "\"last_id\": 2"),
            "a task above the last number",
        ),
        (document("[1]", "[2]"), "a predecessor that is not there"),
        (document("[1]", "[3]"), "a task that comes after itself"),
        (document("[1]", "[1, 1]"), "a predecessor twice"),
        (
            document("\"done_at\": 5", "\"done_at\": null")
                .replace("\"done\": true", "\"done\": 0")
                .replace("\"done\": false", "\"done\": true")
                .replace("\"done\": 0", "\"done\": false"),
            "a done task that comes after an open one",
        ),
        (
            document("\"done\": true", "\"done\": false"),
            "an open task with a time",
        ),
        (
            document("\"last_id\"", "\"tags\": [], \"last_id\""),
            "a field that would be lost",
        ),
        (document("]}", "]} }"), "something behind its end"),
    ] {
        let disk = MemoryDisk::holding(FILE, &bytes);
        match add(&Store::new(FILE, &disk), "next") {
            Err(StoreError::Damaged { path, .. }) => assert_eq!(path, Path::new(FILE)),
            other => panic!("a file with {what} is damaged; update said {other:?}\n{bytes}"),
        }
        assert_eq!(
            disk.read(Path::new(FILE)).ok().as_deref(),
            Some(bytes.as_bytes()),
            "a file with {what} may be all that somebody has, so it stays as it is"
        );
    }
    let disk = MemoryDisk::holding(FILE, document("\"mail\"", "\"\""));
    match Store::new(FILE, &disk).load() {
        Err(StoreError::Damaged { reason, .. }) => assert!(
            reason.contains("task 3"),
            "whoever mends the file needs to know where: `task 3`; the reason says: {reason}"
        ),
        other => panic!("task 3 has no title; load said {other:?}"),
    }
}

#[test]
fn a_later_format_is_left_alone() {
    let text = r#"{"version": 4, "boards": [{"name": "home", "tasks": []}]}"#;
    let disk = MemoryDisk::holding(FILE, text);
    match add(&Store::new(FILE, &disk), "mail") {
        Err(StoreError::Newer { version, .. }) => assert_eq!(version, 4),
        other => panic!("version 4 was written by a later release; update said {other:?}"),
    }
    assert_eq!(
        disk.steps(),
        Vec::<String>::new(),
        "steps that changed the disk"
    );
}
