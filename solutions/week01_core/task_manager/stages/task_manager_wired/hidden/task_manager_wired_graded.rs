//! The same promises from other sides.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use task_manager::{Cancel, Clock, Disk, Error, Files, SystemClock, Timestamp, World, run};

use support::{Folder, MemoryDisk};

/// Time stands still unless somebody sleeps.
struct Still {
    slept: Cell<Duration>,
}

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1)
    }

    fn elapsed(&self) -> Duration {
        self.slept.get()
    }

    fn sleep(&self, time: Duration) {
        self.slept.set(self.slept.get() + time);
    }
}

fn tasks(
    args: &[&str],
    files: &dyn Files,
    file: PathBuf,
    clock: &dyn Clock,
    cancel: &Cancel,
) -> (Result<(), Error>, String) {
    let mut output = Vec::new();
    let world = World {
        files,
        clock,
        cancel,
        file,
        input: &mut io::empty(),
        output: &mut output,
    };
    let ended = run(args.iter().map(Into::into), world);
    (ended, String::from_utf8(output).expect("answers are UTF-8"))
}

#[test]
fn a_flag_that_is_watched_cancels() {
    let flag = Arc::new(AtomicBool::new(false));
    let cancel = Cancel::watching(Arc::clone(&flag));
    assert!(!cancel.is_cancelled(), "the flag is not set");
    flag.store(true, Ordering::SeqCst);
    assert!(cancel.clone().is_cancelled(), "the flag is set");

    let disk = MemoryDisk::empty();
    let clock = Still {
        slept: Cell::default(),
    };
    let ended = tasks(
        &["add", "rent"],
        &disk,
        "tasks.json".into(),
        &clock,
        &cancel,
    )
    .0;
    assert_eq!(ended.map_err(|error| error.exit_code()), Err(130));
    assert_eq!(
        disk.steps(),
        Vec::<String>::new(),
        "steps that changed the disk"
    );
}

#[test]
fn what_does_not_change_is_not_cancelled() {
    let disk = MemoryDisk::empty();
    let clock = Still {
        slept: Cell::default(),
    };
    let cancel = Cancel::new();
    let file = || PathBuf::from("tasks.json");
    tasks(&["add", "rent"], &disk, file(), &clock, &cancel)
        .0
        .expect("nothing fails");
    let _held = disk
        .try_lock(Path::new("tasks.json.lock"))
        .expect("the disk works");
    let (ended, said) = tasks(&["list"], &disk, file(), &clock, &Cancel::new());
    assert!(
        ended.is_ok() && said.contains("rent"),
        "readers wait for nobody: {ended:?}"
    );
    assert_eq!(clock.slept.get(), Duration::ZERO, "nobody slept");
}

#[test]
fn the_real_world_works_in_one_process_twice() {
    let folder = Folder::new();
    let clock = SystemClock::new();
    for (file, expected) in [
        ("a.json", "added 1\n"),
        ("b.json", "added 1\n"),
        ("a.json", "added 2\n"),
    ] {
        let (ended, said) = tasks(
            &["add", "rent"],
            &Disk,
            folder.path(file),
            &clock,
            &Cancel::new(),
        );
        assert!(ended.is_ok(), "{ended:?}");
        assert_eq!(said, expected, "a task in {file}");
    }
    let before = clock.elapsed();
    clock.sleep(Duration::from_millis(2));
    assert!(
        clock.elapsed() - before >= Duration::from_millis(2),
        "a sleep takes its time"
    );
    assert!(clock.now().as_secs() > 1_700_000_000, "it is after 2023");
}
