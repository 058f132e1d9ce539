//! Crashes in other places: before there is a file, after another crash, and beside no folder.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use task_manager::{Disk, Refusal, Store, StoreError};

use support::{MemoryDisk, add, at, id, shown, titles};

/// Without a folder in it: the current one.
const FILE: &str = "tasks.json";

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Every disk that can be found if the machine crashes somewhere in `change`, and whether it said Ok.
fn crashes<T>(
    files: &Files,
    change: impl Fn(&Store<&MemoryDisk>) -> Result<T, StoreError>,
) -> Vec<(String, bool, Files)> {
    let whole = MemoryDisk::with(files);
    assert!(
        change(&Store::new(FILE, &whole)).is_ok(),
        "nothing fails on this disk"
    );
    let mut found = Vec::new();
    for steps in 0..=whole.steps().len() {
        let disk = MemoryDisk::that_crashes_after(files, steps);
        let reported = change(&Store::new(FILE, &disk)).is_ok();
        for files in disk.after_a_crash() {
            let story = format!("crash after {:?}, found {}", disk.steps(), shown(&files));
            found.push((story, reported, files));
        }
    }
    found
}

fn list(files: &Files, story: &str) -> Vec<String> {
    let disk = MemoryDisk::with(files);
    let list = Store::new(FILE, &disk).load();
    titles(&list.unwrap_or_else(|error| panic!("{story}. The list can't be read: {error}")))
}

#[test]
fn the_first_task_is_there_or_not() {
    for (story, reported, files) in crashes(&Files::new(), |store| add(store, "rent")) {
        let there = list(&files, &story);
        assert!(
            there == ["rent"] || (there.is_empty() && !reported),
            "{story}. The list is {there:?}, and `rent` was reported: {reported}"
        );
    }
}

#[test]
fn a_crash_after_a_crash_is_survived() {
    let disk = MemoryDisk::empty();
    add(&Store::new(FILE, &disk), "rent").expect("nothing fails on this disk");
    for (first, reported, files) in crashes(&disk.files(), |store| add(store, "backup")) {
        for (second, again, files) in crashes(&files, |store| add(store, "mail")) {
            let story = format!("{first}; then {second}");
            let there = list(&files, &story);
            assert_eq!(there.first().map(String::as_str), Some("rent"), "{story}");
            for (title, promised) in [("backup", reported), ("mail", again)] {
                assert!(
                    there.contains(&title.to_owned()) || !promised,
                    "{story}. `{title}` was reported; the list is {there:?}"
                );
            }
        }
    }
}

#[test]
fn every_kind_of_change_survives() {
    let disk = MemoryDisk::empty();
    let store = Store::new(FILE, &disk);
    for title in ["rent", "backup", "mail"] {
        add(&store, title).expect("nothing fails on this disk");
    }
    let before = titles(&store.load().expect("it can be read"));
    for (story, reported, files) in crashes(&disk.files(), |store| {
        store.update(
            || false,
            |list| {
                list.complete(id(1), at(7))?;
                list.remove(id(3))?;
                Ok::<_, Refusal>(())
            },
        )
    }) {
        let there = list(&files, &story);
        let new = there == ["rent", "backup"];
        assert!(
            new || (there == before && !reported),
            "{story}. The list is {there:?}"
        );
        let disk = MemoryDisk::with(&files);
        let first = Store::new(FILE, &disk).load().expect("read above");
        let done = first
            .get(id(1))
            .is_some_and(|task| task.state != task_manager::State::Open);
        assert_eq!(
            done, new,
            "{story}. One change, so task 1 is done if task 3 is gone"
        );
    }
}

#[test]
fn a_real_disk_holds_one_file_of_tasks() {
    let folder = std::env::temp_dir().join(format!("task_manager_{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the test");
    let path = folder.join("tasks.json");
    for title in ["rent", "backup"] {
        add(&Store::new(&path, Disk), title).expect("the disk works");
    }
    let there = Store::new(&path, Disk).load();
    assert_eq!(
        there.map(|list| titles(&list)).ok(),
        Some(vec!["rent".into(), "backup".into()])
    );
    let left: Vec<_> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").file_name())
        // A later stage keeps a file to lock beside it.
        .filter(|name| {
            Path::new(name)
                .extension()
                .is_none_or(|ending| ending != "lock")
        })
        .collect();
    assert_eq!(
        left,
        ["tasks.json"],
        "what is in the folder after two changes"
    );
    fs::remove_dir_all(&folder).expect("the folder is the test's own");
}

#[test]
fn the_highest_number_is_the_last() {
    let full = r#"{"version": 3, "last_id": 4294967295, "tasks": []}"#;
    let disk = MemoryDisk::holding(FILE, full);
    let added = Store::new(FILE, &disk).update(|| false, |list| list.add(support::new("rent")));
    assert_eq!(
        added.ok(),
        Some(Err(Refusal::Full)),
        "there is no number above 4294967295"
    );
    assert_eq!(
        disk.steps(),
        Vec::<String>::new(),
        "steps that changed the disk"
    );
}
