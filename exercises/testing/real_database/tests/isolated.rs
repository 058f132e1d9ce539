//! What `tests/support/mod.rs` gives to each test.

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use support::fresh;

/// One test looks at what is on the disk, so the others have to wait.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What has this process's id in its name, in the folder for temporary files and in the one in which tests
/// run.
fn files() -> BTreeSet<PathBuf> {
    let folders = [std::env::temp_dir(), PathBuf::from(".")];
    let entries = folders.iter().filter_map(|folder| folder.read_dir().ok());
    let entries = entries.flatten().flatten().map(|entry| entry.path());
    let id = std::process::id().to_string();
    let ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.split(|c: char| !c.is_ascii_digit())
            .any(|part| part == id)
    };
    entries.filter(ours).collect()
}

#[test]
fn each_test_has_a_theatre_of_its_own() {
    let _alone = alone();
    let mut first = fresh();
    first.seats().add_show(1, 12).expect("a new show");
    first.seats().book(1, 7, "Ada").expect("a free seat");
    let other = thread::spawn(|| {
        let mut second = fresh();
        let added = second.seats().add_show(1, 12);
        (added, second.seats().taken(1))
    });
    let (added, taken) = other.join().expect("two tests at once");
    assert_eq!(
        (added, taken),
        (Ok(()), vec![]),
        "a test that runs at the same time finds the show and the booking of another one. It passes alone, and \
         fails on the day when somebody adds a test"
    );
}

#[test]
fn what_is_in_a_theatre_outlives_the_process() {
    let _alone = alone();
    let mut theatre = fresh();
    theatre.seats().add_show(1, 12).expect("a new show");
    theatre.seats().book(1, 7, "Ada").expect("a free seat");
    let mut theatre = theatre.restarted();
    assert_eq!(
        theatre.seats().taken(1),
        [(7, "Ada".to_owned())],
        "after `restarted` the same seats are taken: it is what the database is there for"
    );
}

#[test]
fn a_test_leaves_nothing_behind() {
    let _alone = alone();
    let before = files();
    let mut theatre = fresh();
    theatre.seats().add_show(1, 12).expect("a new show");
    drop(theatre.restarted());
    let left: Vec<PathBuf> = files().difference(&before).cloned().collect();
    let none: [PathBuf; 0] = [];
    assert_eq!(
        left, none,
        "the test is over, and its files are still there: the next run begins with them, or the disk of CI \
         is full some day"
    );
}
