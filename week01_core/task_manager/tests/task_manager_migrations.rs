//! Files of earlier releases: read at once, replaced at the first change, and never lost.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use task_manager::{Files, Priority, Refusal, State, Store, StoreError, Task};

use support::{Folder, MemoryDisk, add, id, shown, titles};

const FILE: &str = "team/tasks.json";

const VERSION_1: &str = r#" [{"title": "rent", "done": true},
  {"title": " mail ", "done": false}]"#;

const VERSION_2: &str = r#"{"version": 2, "tasks": [
  {"id": 2, "title": "backup", "urgent": true, "due": "2026-03-01", "after": 0, "done": true},
  {"id": 7, "title": "mail", "urgent": false, "due": "", "after": 2, "done": false}]}"#;

fn load(bytes: &str) -> Vec<Task> {
    let disk = MemoryDisk::holding(FILE, bytes);
    let list = Store::new(FILE, &disk).load();
    let list = list.unwrap_or_else(|error| panic!("it must be read: {error}\n{bytes}"));
    assert_eq!(
        disk.steps(),
        Vec::<String>::new(),
        "whoever reads a list changes no disk"
    );
    list.tasks().cloned().collect()
}

fn task(number: u32, title: &str) -> Task {
    Task {
        id: id(number),
        title: title.parse().expect("a title"),
        priority: Priority::Normal,
        due: None,
        after: Vec::new(),
        state: State::Open,
    }
}

const LONG_AGO: State = State::Done { at: None };

#[test]
fn version_1_is_read() {
    assert_eq!(
        load(VERSION_1),
        [
            Task {
                state: LONG_AGO,
                ..task(1, "rent")
            },
            task(2, "mail")
        ],
        "numbers are places, from 1; nobody knows when `rent` was done"
    );
    assert_eq!(load("[]"), [], "an array without tasks");
}

#[test]
fn version_2_is_read() {
    assert_eq!(
        load(VERSION_2),
        [
            Task {
                priority: Priority::High,
                due: Some("2026-03-01".parse().expect("a date")),
                state: LONG_AGO,
                ..task(2, "backup")
            },
            Task {
                after: vec![id(2)],
                ..task(7, "mail")
            }
        ],
        "\"due\": \"\" is no date, \"after\": 0 is no task, and nobody knows when `backup` was done"
    );
}

#[test]
fn numbers_go_on_after_the_highest() {
    for (bytes, next) in [(VERSION_1, 3), (VERSION_2, 8)] {
        let disk = MemoryDisk::holding(FILE, bytes);
        let added = add(&Store::new(FILE, &disk), "next");
        assert_eq!(
            added.ok(),
            Some(id(next)),
            "the number after the highest in\n{bytes}"
        );
        let list = Store::new(FILE, &disk)
            .load()
            .expect("it was written a moment ago");
        assert_eq!(list.tasks().count(), 3, "two old tasks and a new one");
    }
}

#[test]
fn the_first_change_writes_version_3_and_keeps_the_old_file() {
    for (bytes, copy) in [
        (VERSION_1, "team/tasks.json.v1"),
        (VERSION_2, "team/tasks.json.v2"),
    ] {
        let disk = MemoryDisk::holding(FILE, bytes);
        let store = Store::new(FILE, &disk);
        let refused = store.update(|| false, |list| list.remove(id(9)));
        assert_eq!(refused.ok(), Some(Err(Refusal::NoSuchTask { id: id(9) })));
        assert_eq!(
            disk.steps(),
            Vec::<String>::new(),
            "a refused change changes no disk"
        );

        add(&store, "next").unwrap_or_else(|error| panic!("nothing fails on this disk: {error}"));
        let files = disk.files();
        let written: serde_json::Value = serde_json::from_slice(&files[Path::new(FILE)])
            .unwrap_or_else(|error| panic!("the list is written as JSON: {error}"));
        assert_eq!(written["version"], 3, "the version that is written");
        let kept = files
            .get(Path::new(copy))
            .map(|kept| String::from_utf8_lossy(kept));
        assert_eq!(
            kept.as_deref(),
            Some(bytes),
            "`{copy}` must have the old file, byte for byte; on the disk: {}",
            shown(&files)
        );
        let before = disk.steps().len();
        add(&store, "more").unwrap_or_else(|error| panic!("nothing fails on this disk: {error}"));
        let again: Vec<String> = disk.steps().split_off(before);
        assert!(
            !again.iter().any(|step| step.contains(copy)),
            "the second change finds version 3 and has nothing to keep; it did {again:?}"
        );
    }
}

/// What holds of every disk that is found: the list is that of before or after, and the old bytes are there.
fn nothing_is_lost(story: &str, bytes: &str, files: &BTreeMap<PathBuf, Vec<u8>>) -> bool {
    let old = files.values().any(|file| file == bytes.as_bytes());
    assert!(
        old,
        "{story}. The old file is nowhere, and there is no way back"
    );
    let disk = MemoryDisk::with(files);
    let store = Store::new(FILE, &disk);
    let there = match store.load() {
        Ok(list) => titles(&list),
        Err(error) => panic!("{story}. The list can't be read: {error}"),
    };
    assert!(
        there.len() >= 2 && there[2..].iter().all(|title| title == "next"),
        "{story}. The list is {there:?}; it must be that of before or that of after"
    );
    if let Err(error) = add(&store, "more") {
        panic!("{story}. The next change fails: {error}");
    }
    there.len() == 3
}

#[test]
fn a_crash_in_a_migration_loses_nothing() {
    for bytes in [VERSION_1, VERSION_2] {
        let files = MemoryDisk::holding(FILE, bytes).files();
        let whole = MemoryDisk::with(&files);
        add(&Store::new(FILE, &whole), "next")
            .unwrap_or_else(|error| panic!("nothing fails: {error}"));
        for steps in 0..=whole.steps().len() {
            let disk = MemoryDisk::that_crashes_after(&files, steps);
            let reported = add(&Store::new(FILE, &disk), "next").is_ok();
            for found in disk.after_a_crash() {
                let story = format!(
                    "the machine crashes after {:?}, and what is found is {}",
                    disk.steps(),
                    shown(&found)
                );
                let new = nothing_is_lost(&story, bytes, &found);
                assert!(
                    new || !reported,
                    "{story}. `next` was reported as added before that"
                );
            }
        }
    }
}

#[test]
fn a_step_that_fails_in_a_migration_loses_nothing() {
    let files = MemoryDisk::holding(FILE, VERSION_2).files();
    let whole = MemoryDisk::with(&files);
    add(&Store::new(FILE, &whole), "next").unwrap_or_else(|error| panic!("nothing fails: {error}"));
    for step in 0..whole.steps().len() {
        let disk = MemoryDisk::that_fails_at(&files, step);
        let said = add(&Store::new(FILE, &disk), "next");
        let story = format!("`{}` failed", disk.steps()[step]);
        assert!(
            matches!(said, Err(StoreError::Write { .. })),
            "{story}, so nothing can be promised; update said {said:?}"
        );
        nothing_is_lost(&story, VERSION_2, &disk.files());
    }
}

#[test]
fn an_old_file_that_makes_no_sense_stays_as_it_is() {
    let with = |from: &str, to: &str| {
        assert!(VERSION_2.contains(from), "version 2 has `{from}` in it");
        VERSION_2.replacen(from, to, 1)
    };
    for (bytes, what) in [
        (VERSION_1.replace("rent", "  "), "a task without a title"),
        (
            VERSION_1.replace("rent", "two\\nlines"),
            "a title of two lines",
        ),
        (
            VERSION_1.replace("\"done\": true", "\"done\": 1"),
            "a 1 for true",
        ),
        (VERSION_1.replace("}]", "}"), "half an array"),
        (
            VERSION_1.replace("\"title\": \"rent\"", "\"title\": \"rent\", \"tags\": []"),
            "a field that would be lost",
        ),
        (with("2026-03-01", "2026-02-30"), "a date that there is not"),
        (with("\"urgent\": true, ", ""), "no word about urgency"),
        (
            with("\"after\": 2", "\"after\": 3"),
            "a predecessor that is not there",
        ),
        (with("\"id\": 7", "\"id\": 2"), "two tasks 2"),
        (with("\"id\": 2", "\"id\": 0"), "a task 0"),
        (
            with("\"done\": true", "\"done\": true, \"done_at\": 5"),
            "a field of version 3",
        ),
        (
            with("\"version\": 2", "\"version\": 2, \"boards\": []"),
            "boards that would be lost",
        ),
        (with("\"version\": 2", "\"version\": 0"), "version 0"),
    ] {
        let disk = MemoryDisk::holding(FILE, &bytes);
        match add(&Store::new(FILE, &disk), "next") {
            Err(StoreError::Damaged { .. }) => {}
            other => panic!("a file with {what} is damaged; update said {other:?}\n{bytes}"),
        }
        assert_eq!(
            (disk.read(Path::new(FILE)).ok(), disk.steps()),
            (Some(bytes.into_bytes()), Vec::new()),
            "a file with {what} stays as it is; (the file, steps that changed the disk)"
        );
    }
}

#[test]
fn a_later_release_is_still_left_alone() {
    for version in [4, 17] {
        let disk = MemoryDisk::holding(FILE, format!("{{\"tasks\": 0, \"version\": {version}}}"));
        match add(&Store::new(FILE, &disk), "next") {
            Err(StoreError::Newer { version: said, .. }) => assert_eq!(said, version),
            other => panic!("version {version} is a later release's; update said {other:?}"),
        }
        assert_eq!(
            disk.steps(),
            Vec::<String>::new(),
            "steps that changed the disk"
        );
    }
}

#[test]
fn the_program_goes_on_with_the_files_of_its_past() {
    let folder = Folder::new();
    fs::write(folder.path("tasks.json"), VERSION_1).expect("the disk works");
    let listed = folder
        .run(&["list", "--all"])
        .expect(0, "version 1 is read");
    assert!(
        listed.out.contains("rent") && listed.out.contains("mail"),
        "{}",
        listed.out
    );
    let now = fs::read(folder.path("tasks.json")).expect("it is there");
    assert!(
        now == VERSION_1.as_bytes(),
        "`{}` changed the file",
        listed.line
    );
    folder.run(&["done", "2"]).expect(0, "task 2 is open");
    let kept = fs::read(folder.path("tasks.json.v1")).unwrap_or_default();
    assert!(
        kept == VERSION_1.as_bytes(),
        "`tasks.json.v1` must have the old file"
    );
    let listed = folder.run(&["list"]).expect(0, "it is version 3 now");
    assert_eq!(listed.out, "", "both tasks are done");
}
