//! A run of the program with a world that the test has made: its disk, its time, its streams, its Ctrl-C.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use task_manager::{
    Cancel, Clock, Error, Files, Lock, State, Store, StoreError, Timestamp, World, run,
};

use support::{MemoryDisk, add, at, id, titles};

const FILE: &str = "tasks.json";
const LOCK: &str = "tasks.json.lock";
/// 1 March 2026, at midnight.
const MARCH: u64 = 1_772_323_200;

type OnSleep<'t> = Box<dyn FnMut(&FakeClock<'t>) + 't>;

/// A clock that moves only when somebody sleeps, and then tells the test.
struct FakeClock<'t> {
    now: Cell<u64>,
    elapsed: Cell<Duration>,
    asked: Cell<u32>,
    on_sleep: RefCell<OnSleep<'t>>,
}

impl<'t> FakeClock<'t> {
    fn new() -> Self {
        Self::that(|_| {})
    }

    /// After each sleep does this.
    fn that(on_sleep: impl FnMut(&FakeClock<'t>) + 't) -> Self {
        Self {
            now: Cell::new(MARCH),
            // No moment is special.
            elapsed: Cell::new(Duration::from_secs(4711)),
            asked: Cell::new(0),
            on_sleep: RefCell::new(Box::new(on_sleep)),
        }
    }

    fn slept(&self) -> Duration {
        self.elapsed.get() - Duration::from_secs(4711)
    }

    fn ask(&self) {
        self.asked.set(self.asked.get() + 1);
        assert!(
            self.asked.get() < 50,
            "the clock was asked for the time 50 times, and nobody has slept by it: its time stands still"
        );
    }
}

impl Clock for FakeClock<'_> {
    fn now(&self) -> Timestamp {
        self.ask();
        Timestamp::from_secs(self.now.get())
    }

    fn elapsed(&self) -> Duration {
        self.ask();
        self.elapsed.get()
    }

    fn sleep(&self, time: Duration) {
        assert!(
            !time.is_zero(),
            "to sleep for no time is to ask again and again at once"
        );
        self.asked.set(0);
        self.elapsed.set(self.elapsed.get() + time);
        (self.on_sleep.borrow_mut())(self);
    }
}

/// Runs the program and returns how it ended and what it wrote.
fn tasks(
    args: &[&str],
    files: &dyn Files,
    clock: &dyn Clock,
    cancel: &Cancel,
    input: &mut dyn BufRead,
) -> (Result<(), Error>, String) {
    let mut output = Vec::new();
    let world = World {
        files,
        clock,
        cancel,
        file: PathBuf::from(FILE),
        input,
        output: &mut output,
    };
    let ended = run(args.iter().map(Into::into), world);
    (ended, String::from_utf8(output).expect("answers are UTF-8"))
}

/// The same, when nothing is read and nobody cancels.
fn quick(args: &[&str], files: &dyn Files, clock: &dyn Clock) -> (Result<(), Error>, String) {
    tasks(args, files, clock, &Cancel::new(), &mut io::empty())
}

#[test]
fn two_worlds_have_nothing_in_common() {
    let (home, work) = (MemoryDisk::empty(), MemoryDisk::empty());
    let clock = FakeClock::new();
    let (ended, said) = quick(&["add", "rent"], &home, &clock);
    assert!(ended.is_ok(), "add rent: {ended:?}");
    assert_eq!(said, "added 1\n", "the answer goes to the world's output");

    let cancelled = Cancel::new();
    cancelled.cancel();
    assert!(
        cancelled.clone().is_cancelled(),
        "a clone says what the original says"
    );
    let (ended, _) = tasks(
        &["add", "lost"],
        &home,
        &clock,
        &cancelled,
        &mut io::empty(),
    );
    assert!(
        matches!(ended, Err(Error::Cancelled)),
        "it was cancelled: {ended:?}"
    );

    let (ended, said) = quick(&["--file", "other.json", "add", "mail"], &work, &clock);
    assert!(
        ended.is_ok(),
        "nobody has cancelled in this world: {ended:?}"
    );
    assert_eq!(
        said, "added 1\n",
        "the other world's numbers are not this one's"
    );
    let files = |disk: &MemoryDisk| Vec::from_iter(disk.files().into_keys());
    assert_eq!(
        files(&home),
        [Path::new(FILE)],
        "the world's file, without `--file`"
    );
    assert_eq!(
        files(&work),
        [Path::new("other.json")],
        "`--file` goes before the world's file"
    );
    let listed = quick(&["list"], &home, &clock).1;
    assert!(
        listed.contains("rent") && !listed.contains("lost"),
        "home has: {listed}"
    );
}

#[test]
fn the_calendar_is_the_clocks() {
    let disk = MemoryDisk::empty();
    let clock = FakeClock::new();
    for args in [
        &["add", "rent", "--due", "2026-03-01"][..],
        &["add", "mail"],
        &["done", "2"],
    ] {
        let ended = quick(args, &disk, &clock).0;
        assert!(ended.is_ok(), "{args:?}: {ended:?}");
    }
    let list = Store::new(FILE, &disk).load().expect("it can be read");
    assert_eq!(
        list.get(id(2)).map(|task| task.state),
        Some(State::Done {
            at: Some(at(MARCH))
        }),
        "the clock stood at {MARCH} when task 2 was done"
    );
    let late = |now| {
        clock.now.set(now);
        quick(&["list", "--overdue"], &disk, &clock)
            .1
            .contains("rent")
    };
    assert_eq!(
        (late(MARCH + 86_399), late(MARCH + 86_400)),
        (false, true),
        "rent is due on 1 March; whether it is late in the last second of that day, and in the next"
    );
}

#[test]
fn a_wait_ends_after_ten_seconds_of_elapsed_time() {
    // Somebody sets the calendar while we wait: not at all, back, forward.
    for (jump, what) in [
        (0, "stands"),
        (-3_600, "goes back"),
        (3_600, "goes forward"),
    ] {
        let disk = MemoryDisk::empty();
        let _held = disk.try_lock(Path::new(LOCK)).expect("the disk works");
        let clock = FakeClock::that(|clock| {
            assert!(
                clock.slept() < Duration::from_secs(20),
                "20 s have elapsed, the calendar {what} an hour at a time, and it still waits"
            );
            clock.now.set(clock.now.get().saturating_add_signed(jump));
        });
        let (ended, said) = quick(&["add", "rent"], &disk, &clock);
        assert!(
            matches!(ended, Err(Error::Store(StoreError::Busy { .. }))),
            "another process never lets go: {ended:?}"
        );
        assert_eq!(ended.map_err(|error| error.exit_code()), Err(4));
        let slept = clock.slept().as_secs_f64();
        assert!(
            (10.0..11.0).contains(&slept),
            "it waits for 10 s by `elapsed`; the calendar {what}, and it waited {slept:.1} s"
        );
        assert_eq!(
            (said.as_str(), disk.steps()),
            ("", Vec::new()),
            "(output, steps)"
        );
    }
}

#[test]
fn a_wait_ends_when_the_other_is_done() {
    let disk = MemoryDisk::empty();
    let mut held = disk.try_lock(Path::new(LOCK)).expect("the disk works");
    let clock = FakeClock::that(|clock| {
        if clock.slept() > Duration::from_secs(9) {
            held.take();
        }
    });
    let (ended, said) = quick(&["add", "rent"], &disk, &clock);
    assert!(
        ended.is_ok(),
        "the other process was done after 9 s of 10: {ended:?}"
    );
    assert_eq!(said, "added 1\n");

    let _held = disk.try_lock(Path::new(LOCK)).expect("the disk works");
    let clock = FakeClock::that(|_| panic!("`--no-wait` does not wait"));
    let ended = quick(&["--no-wait", "add", "mail"], &disk, &clock).0;
    assert_eq!(
        ended.map_err(|error| error.exit_code()),
        Err(4),
        "the file is busy"
    );
}

#[test]
fn a_wait_that_is_cancelled_ends_at_once() {
    let disk = MemoryDisk::empty();
    let _held = disk.try_lock(Path::new(LOCK)).expect("the disk works");
    let cancel = Cancel::new();
    let times = Cell::new(0);
    let clock = FakeClock::that(|_| {
        times.set(times.get() + 1);
        assert!(
            times.get() <= 3,
            "it was cancelled in its third sleep, and sleeps again"
        );
        if times.get() == 3 {
            cancel.cancel();
        }
    });
    let (ended, _) = tasks(&["add", "rent"], &disk, &clock, &cancel, &mut io::empty());
    assert!(
        matches!(ended, Err(Error::Cancelled)),
        "it was cancelled while it waited, so it is not the other process's fault: {ended:?}"
    );
    assert_eq!(
        ended.map_err(|error| error.exit_code()),
        Err(130),
        "128 and the number of SIGINT, as shells have it"
    );
    assert_eq!(
        disk.steps(),
        Vec::<String>::new(),
        "steps that changed the disk"
    );
}

/// Input that comes line by line, as somebody types it.
struct Typed<'t> {
    lines: Vec<&'t [u8]>,
    given: usize,
    on_line: Box<dyn FnMut(usize) + 't>,
}

impl BufRead for Typed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.lines.first().copied().unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        if let Some(line) = self.lines.first_mut() {
            *line = &line[amount..];
            if line.is_empty() {
                self.lines.remove(0);
                self.given += 1;
                (self.on_line)(self.given);
            }
        }
    }
}

impl Read for Typed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let amount = self.fill_buf()?.read(into)?;
        self.consume(amount);
        Ok(amount)
    }
}

#[test]
fn an_import_that_is_cancelled_stops_and_changes_nothing() {
    let disk = MemoryDisk::empty();
    add(&Store::new(FILE, &disk), "rent").expect("nothing fails on this disk");
    let before = disk.steps();
    let cancel = Cancel::new();
    let mut typed = Typed {
        lines: vec![b"one\n", b"two\n", b"three\n", b"four\n", b"five\n"],
        given: 0,
        on_line: Box::new(|line| {
            if line == 3 {
                cancel.cancel();
            }
        }),
    };
    let (ended, said) = tasks(&["import"], &disk, &FakeClock::new(), &cancel, &mut typed);
    assert!(
        matches!(ended, Err(Error::Cancelled)),
        "cancelled with the third line: {ended:?}"
    );
    assert!(
        typed.given <= 4,
        "it was cancelled with the third line and went on to read {} of 5",
        typed.given
    );
    assert_eq!(
        (said.as_str(), disk.steps()),
        ("", before),
        "(output, steps)"
    );
}

/// A disk on which somebody presses Ctrl-C at each step.
struct Pressed<'t> {
    disk: &'t MemoryDisk,
    cancel: &'t Cancel,
}

impl Files for Pressed<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.disk.read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.cancel.cancel();
        self.disk.write(path, bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.disk.sync(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.disk.sync_folder(folder)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        self.disk.try_lock(path)
    }
}

#[test]
fn what_is_being_written_is_finished_and_reported() {
    let disk = MemoryDisk::empty();
    let cancel = Cancel::new();
    let pressed = Pressed {
        disk: &disk,
        cancel: &cancel,
    };
    let clock = FakeClock::new();
    let (ended, said) = tasks(
        &["add", "rent"],
        &pressed,
        &clock,
        &cancel,
        &mut io::empty(),
    );
    assert!(
        cancel.is_cancelled(),
        "adding a task writes, and this disk cancels then"
    );
    let list = Store::new(FILE, &disk).load().expect("it can be read");
    assert_eq!(
        titles(&list),
        ["rent"],
        "the list was being written, so it is written"
    );
    assert!(
        ended.is_ok() && said == "added 1\n",
        "the task is in the list, so `cancelled` would be wrong; it ended with {ended:?} and said {said:?}"
    );
}

#[test]
fn the_program_knows_the_environment() {
    let folder = support::Folder::new();
    let elsewhere = folder.path("elsewhere.json");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tasks"))
        .env("TASKS_FILE", &elsewhere)
        .current_dir(folder.path(""))
        .args(["add", "rent"])
        .output()
        .expect("the program starts");
    support::Ended::of("add rent", output).expect(0, "it is well formed");
    assert!(
        elsewhere.exists() && !folder.path("tasks.json").exists(),
        "without `--file` the list is where TASKS_FILE says"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_an_import_in_order() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::Instant;

    let folder = support::Folder::new();
    folder.run(&["add", "rent"]).expect(0, "it is well formed");
    let mut command = folder.tasks(&["import"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"one\n").expect("the program reads");

    // Linux says of each process which signals it handles; SIGINT is the second bit.
    let handles = |pid: u32| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        mask.is_some_and(|mask| {
            u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 2 != 0)
        })
    };
    let started = Instant::now();
    while !handles(child.id()) {
        if started.elapsed() > Duration::from_secs(5) {
            let _ = child.kill();
            panic!("`tasks import` has been running for 5 s and does not handle SIGINT");
        }
        std::thread::yield_now();
    }
    let pid = child.id().to_string();
    let sent = Command::new("sh")
        .args(["-c", "kill -INT $0", &pid])
        .status();
    assert!(sent.is_ok_and(|sent| sent.success()), "kill -INT {pid}");
    // The signal has arrived before this line does. If the process has ended by it, nobody reads.
    let _ = stdin.write_all(b"two\n");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    let ended = support::Ended::of("import", output).expect(130, "Ctrl-C was pressed");
    assert!(
        ended.err.contains("error: "),
        "it says so on standard error: {}",
        ended.err
    );
    let listed = folder.run(&["list"]).expect(0, "the list is whole");
    assert!(
        listed.out.contains("rent") && !listed.out.contains("one"),
        "nothing was imported; the list is: {}",
        listed.out
    );
}
