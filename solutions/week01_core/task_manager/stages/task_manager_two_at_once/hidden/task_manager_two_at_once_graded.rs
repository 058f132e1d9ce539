//! Real processes, several at a time.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::collections::BTreeSet;
use std::fs::File;
use std::process::Stdio;

use task_manager::{Disk, Store};

use support::{Ended, Folder, titles};

#[test]
fn eight_processes_at_once_lose_nothing() {
    let folder = Folder::new();
    let running: Vec<_> = (0..8)
        .map(|number| {
            let title = format!("task of process {number}");
            let mut command = folder.tasks(&["add", &title]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("the program starts")
        })
        .collect();
    let mut said = BTreeSet::new();
    for child in running {
        let output = child.wait_with_output().expect("the program ends");
        let ended = Ended::of("add …", output).expect(0, "a process waits for the others");
        said.insert(ended.out.trim().to_owned());
    }
    let expected: BTreeSet<String> = (1..=8).map(|number| format!("added {number}")).collect();
    assert_eq!(said, expected, "each process has a number of its own");
    let list = Store::new(folder.path("tasks.json"), Disk).load();
    let kept: BTreeSet<String> = titles(&list.expect("it can be read")).into_iter().collect();
    assert_eq!(
        kept.len(),
        8,
        "every process said that its task was added; kept are {kept:?}"
    );
}

#[test]
fn a_process_waits_until_the_lock_is_free() {
    let folder = Folder::new();
    let lock = File::create(folder.path("tasks.json.lock")).expect("a file to lock");
    lock.lock().expect("nobody else is there");
    let mut command = folder.tasks(&["add", "patient"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    // What it would have to see if it did not wait until this test is done.
    std::fs::write(
        folder.path("tasks.json"),
        r#"{"version": 3, "last_id": 41, "tasks": []}"#,
    )
    .expect("the disk works");
    drop(lock);
    let output = child.wait_with_output().expect("the program ends");
    let ended = Ended::of("add patient", output).expect(0, "the lock is free");
    assert_eq!(
        ended.out, "added 42\n",
        "the holder of the lock had given 41 numbers"
    );
}

#[test]
fn a_process_that_is_killed_gives_its_lock_back() {
    let folder = Folder::new();
    // `import` holds no lock while nothing comes, or one that ends with it.
    let mut command = folder.tasks(&["import"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    child.kill().expect("it is there to be killed");
    child.wait().expect("it ends");
    folder
        .run(&["--no-wait", "add", "rent"])
        .expect(0, "the other process is dead");
}
