//! Longer files, migrations that meet an older copy, and a second crash.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use task_manager::{Priority, State, Store};

use support::{MemoryDisk, add, id, titles};

const FILE: &str = "tasks.json";

#[test]
fn a_long_version_1_is_read_in_order() {
    let rows: Vec<String> = (1..=300)
        .map(|row| format!(r#"{{"done": {}, "title": "row {row}"}}"#, row % 3 == 0))
        .collect();
    let disk = MemoryDisk::holding(FILE, format!("\n[{}]\n", rows.join(",")));
    let list = Store::new(FILE, &disk).load().expect("version 1");
    assert_eq!(list.tasks().count(), 300);
    for task in list.tasks() {
        let number = task.id.get();
        assert_eq!(task.title.as_str(), format!("row {number}"));
        let done = State::Done { at: None };
        assert_eq!(task.state, if number % 3 == 0 { done } else { State::Open });
        assert_eq!(
            (task.priority, task.due, task.after.len()),
            (Priority::Normal, None, 0)
        );
    }
}

#[test]
fn version_2_in_any_order_and_without_tasks() {
    let disk = MemoryDisk::holding(
        FILE,
        r#"{"tasks": [
          {"after": 4, "done": false, "due": "2024-02-29", "id": 9, "title": "later", "urgent": true},
          {"after": 0, "done": false, "due": "", "id": 4, "title": "first", "urgent": false}],
          "version": 2}"#,
    );
    let list = Store::new(FILE, &disk).load().expect("version 2");
    assert_eq!(titles(&list), ["first", "later"]);
    let later = list.get(id(9)).expect("task 9 is there");
    assert_eq!(
        (later.priority, later.after.as_slice()),
        (Priority::High, &[id(4)][..])
    );
    assert_eq!(add(&Store::new(FILE, &disk), "next").ok(), Some(id(10)));

    let disk = MemoryDisk::holding(FILE, r#"{"version": 2, "tasks": []}"#);
    assert_eq!(add(&Store::new(FILE, &disk), "first").ok(), Some(id(1)));
}

#[test]
fn what_is_unknown_stays_unknown() {
    let disk = MemoryDisk::holding(FILE, r#"[{"title": "a", "done": true}]"#);
    let store = Store::new(FILE, &disk);
    for title in ["b", "c"] {
        add(&store, title).expect("nothing fails on this disk");
    }
    let list = store.load().expect("version 3 by now");
    assert_eq!(
        list.get(id(1)).map(|task| task.state),
        Some(State::Done { at: None }),
        "nobody knows when `a` was done, after two changes as before"
    );
}

#[test]
fn the_copy_is_of_the_file_that_was_replaced_last() {
    let old = r#"[{"title": "restored", "done": false}]"#;
    let disk = MemoryDisk::with(&BTreeMap::from([
        (PathBuf::from(FILE), old.as_bytes().to_vec()),
        (
            PathBuf::from("tasks.json.v1"),
            b"half of an earlier co".to_vec(),
        ),
    ]));
    add(&Store::new(FILE, &disk), "next").expect("a copy that is there already is in nobody's way");
    assert_eq!(
        disk.files()
            .get(Path::new("tasks.json.v1"))
            .map(Vec::as_slice),
        Some(old.as_bytes()),
        "the copy is the file that was replaced now"
    );
}

#[test]
fn a_crash_after_a_crash_in_a_migration_is_survived() {
    let old = r#"[{"title": "a", "done": true}, {"title": "b", "done": false}]"#;
    let change = |files: &BTreeMap<PathBuf, Vec<u8>>, crash: Option<usize>| {
        let disk = match crash {
            Some(steps) => MemoryDisk::that_crashes_after(files, steps),
            None => MemoryDisk::with(files),
        };
        let reported = add(&Store::new(FILE, &disk), "next").is_ok();
        (disk, reported)
    };
    let files = MemoryDisk::holding(FILE, old).files();
    let steps = change(&files, None).0.steps().len();
    for first in 0..=steps {
        for files in change(&files, Some(first)).0.after_a_crash() {
            for second in 0..=change(&files, None).0.steps().len() {
                let (disk, reported) = change(&files, Some(second));
                for files in disk.after_a_crash() {
                    let story = format!("crashes after {first} and after {second} steps");
                    assert!(files.values().any(|file| file == old.as_bytes()), "{story}");
                    let disk = MemoryDisk::with(&files);
                    let list = Store::new(FILE, &disk).load();
                    let list = list.unwrap_or_else(|error| panic!("{story}: {error}"));
                    let there = titles(&list);
                    assert!(
                        there.starts_with(&["a".into(), "b".into()]),
                        "{story}: {there:?}"
                    );
                    assert!(there.len() > 2 || !reported, "{story}: {there:?}");
                }
            }
        }
    }
}
