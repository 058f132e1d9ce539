// The program once more, in front of the learner's own library: as it should be, right in other ways, or with one of the
// mistakes that are made in such programs. Which, is said by a number. Each is a process, as the real one is.
//
// Look for mistakes in what a program does, not here: a check that was written after reading this finds these.
//
// A test can't build a program, so the test is one: the shell starts this binary again, with the test `HOST` alone. What
// the harness prints goes nowhere; the true output and input are the descriptors 3 and 4.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::iter;
use std::os::fd::FromRawFd as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use task_manager::{
    Command as Asked, Disk, Files, Invocation, Lock, NewTask, Priority, Refusal, State, Store,
    StoreError, Task, TaskList, Timestamp, Title,
};

/// As it should be.
pub const ORIGINAL: u8 = 0;

// Right, and different where nobody can rely on it.
pub const OTHER_WORDS: u8 = 1;
pub const AT_HALF_PAST_NOUGHT: u8 = 2;
pub const BEFORE_MIDNIGHT: u8 = 3;

// One mistake each.
pub const ALWAYS_0: u8 = 10;
pub const ERRORS_ARE_ANSWERS: u8 = 11;
pub const LISTS_A_PAGE: u8 = 12;
pub const NUMBERS_AGAIN: u8 = 13;
pub const NO_LOCK: u8 = 14;
pub const WRITES_OVER: u8 = 15;
pub const THERE_IS_LOCKED: u8 = 16;
pub const LINE_BY_LINE: u8 = 17;
pub const AFTER_IS_LOST: u8 = 18;
pub const LOCAL_AT_HALF_PAST_NOUGHT: u8 = 19;
pub const LOCAL_BEFORE_MIDNIGHT: u8 = 20;
pub const AT_HOME: u8 = 21;
pub const DAMAGED_IS_EMPTY: u8 = 22;
pub const NO_COPY: u8 = 23;
pub const ASCII: u8 = 24;
pub const LISTING_MIGRATES: u8 = 25;
pub const LATER_IS_TODAY: u8 = 26;

const ASKED: &str = "TASKS_LAB";

/// How to start the program of this number.
pub fn program<const M: u8>() -> Command {
    // Arguments go through variables, one for each: the harness would take them for names of tests, and only if they are UTF-8.
    let script = "exe=$0 host=$1; export TASKS_LAB=$2; shift 2; n=0; \
                  for it do n=$((n+1)); eval \"TASKS_LAB_$n=\\$it; export TASKS_LAB_$n\"; done; \
                  exec 3>&1 4<&0 >/dev/null </dev/null; exec \"$exe\" --exact --nocapture \"$host\"";
    let mut command = Command::new("/bin/sh");
    let me = env::current_exe().expect("a test knows its own file");
    command.args(["-c", script]).arg(me);
    command.args([super::HOST, &M.to_string()]);
    command
}

/// The first line of the test `HOST`. Where a program is asked for, this is one, and does not return.
///
/// `whole_suite` is what `TASKS_LAB=suite` asks for.
pub fn serve_if_asked(whole_suite: fn() -> Vec<String>) {
    let Ok(asked) = env::var(ASKED) else { return };
    let Ok(mistake) = asked.parse() else {
        let broken = whole_suite();
        eprintln!("{}", broken.join("\n"));
        process::exit(i32::from(!broken.is_empty()));
    };
    // SAFETY: the script opened both for this process, and nothing else in it knows of them.
    let (mut output, input) = unsafe { (File::from_raw_fd(3), File::from_raw_fd(4)) };
    let args = (1..).map_while(|at| env::var_os(format!("{ASKED}_{at}")));
    let lab = Lab { mistake };
    let ended = lab.run(args.collect(), input);
    let (said, mut failure) = (ended.as_ref().cloned().unwrap_or_default(), ended.err());
    if let Err(error) = output.write_all(said.as_bytes())
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        failure = Some(Failure::of(5, &error, "look at standard output".to_owned()));
    }
    let told = failure.as_ref().map_or(String::new(), Failure::report);
    let code = failure.map_or(0, |failure| failure.code);
    let _ = match mistake {
        ERRORS_ARE_ANSWERS => output.write_all(told.as_bytes()),
        OTHER_WORDS => io::stderr().write_all(in_other_words(&told).as_bytes()),
        _ => io::stderr().write_all(told.as_bytes()),
    };
    process::exit(if mistake == ALWAYS_0 { 0 } else { code });
}

/// Why a run did not do what was asked.
struct Failure {
    code: i32,
    /// A line each, and so are the causes.
    errors: String,
    causes: String,
    help: String,
}

impl Failure {
    fn of(code: i32, error: &(dyn Error + 'static), help: String) -> Self {
        let causes = iter::successors(error.source(), |cause| (*cause).source());
        Self {
            code,
            errors: error.to_string(),
            causes: causes
                .map(|cause| format!("caused by: {cause}\n"))
                .collect(),
            help,
        }
    }

    fn report(&self) -> String {
        let lines = self.errors.lines().map(|line| format!("error: {line}\n"));
        let lines: String = lines.collect();
        format!("{lines}{}help: {}\n", self.causes, self.help)
    }

    fn refused(refusal: &Refusal) -> Self {
        let help = match refusal {
            Refusal::AlreadyDone { id } => format!("`tasks reopen {id}`"),
            Refusal::NotDone { id } => format!("`tasks done {id}`"),
            Refusal::WaitsFor { open, .. } => {
                let first = open.first().map(ToString::to_string);
                format!("`tasks done {}`", first.unwrap_or_default())
            }
            Refusal::NeededBy { by, .. } => {
                let last = by.last().map(ToString::to_string);
                format!("task {}", last.unwrap_or_default())
            }
            _ => "`tasks list --all`".to_owned(),
        };
        Self::of(1, refusal, help)
    }

    fn of_file(error: &StoreError) -> Self {
        let (code, help) = match error {
            StoreError::Busy { .. } => (4, "leave out `--no-wait`".to_owned()),
            StoreError::Damaged { path, .. } => (3, path.display().to_string()),
            _ => (3, "`--file`".to_owned()),
        };
        Self::of(code, error, help)
    }
}

/// These were promised, in stages 4 and 5.
const PROMISED: [&str; 6] = ["line", "task", "another", "process", "standard", "output"];

/// What was promised, stands in backticks or has a digit or a path in it stays, and so does what kind of line it is. The
/// rest is said in another way.
fn in_other_words(told: &str) -> String {
    let line = |line: &str| {
        let (kind, text) = line.split_once(": ").unwrap_or(("", line));
        let mut is_code = false;
        let words = text.split(' ').map(|word| {
            let ticks = word.matches('`').count();
            let stays = is_code || ticks > 0 || PROMISED.contains(&word);
            is_code ^= ticks % 2 == 1;
            if stays || word.contains(|c: char| c == '/' || c.is_ascii_digit()) {
                word
            } else {
                "so"
            }
        });
        format!("{kind}: {}\n", words.collect::<Vec<_>>().join(" "))
    };
    told.lines().map(line).collect()
}

#[derive(Clone, Copy)]
struct Lab {
    mistake: u8,
}

impl Lab {
    fn is(self, mistake: u8) -> bool {
        self.mistake == mistake
    }

    fn run(self, args: Vec<OsString>, mut input: File) -> Result<String, Failure> {
        let asked = Invocation::parse(args)
            .map_err(|error| Failure::of(2, &error, "`tasks help`".to_owned()))?;
        let path = asked.file.unwrap_or_else(|| self.usual_file());
        let changes = !matches!(asked.command, Asked::List(_) | Asked::Help);
        let store = Store::new(
            &path,
            Faulty {
                lab: self,
                changes,
                list: path.clone(),
            },
        );
        let deadline = Instant::now()
            + match asked.no_wait {
                true => Duration::ZERO,
                // The wait of a mistake for a lock that is not given back.
                false if self.is(THERE_IS_LOCKED) || self.is(LISTING_MIGRATES) => {
                    Duration::from_millis(100)
                }
                false => Duration::from_secs(10),
            };
        let change = |change: &mut dyn FnMut(&mut TaskList) -> Result<String, Refusal>| {
            let again = || {
                thread::sleep(Duration::from_millis(2));
                Instant::now() < deadline
            };
            let done = store.update(again, |list| change(list));
            let done = done.map_err(|error| Failure::of_file(&error))?;
            done.map_err(|refusal| Failure::refused(&refusal))
        };
        match asked.command {
            Asked::Add(new) => change(&mut |list| added(list, new.clone())),
            Asked::Done(id) => change(&mut |list| {
                list.complete(id, self.now())
                    .map(|()| format!("done {id}\n"))
            }),
            Asked::Reopen(id) => {
                change(&mut |list| list.reopen(id).map(|()| format!("reopened {id}\n")))
            }
            Asked::Remove(id) => change(&mut |list| {
                list.remove(id)
                    .map(|task| format!("removed {id}: {}\n", task.title))
            }),
            Asked::List(filter) => {
                if self.is(LISTING_MIGRATES) && path.exists() {
                    change(&mut |_| Ok(String::new()))?;
                }
                let list = store.load().map_err(|error| Failure::of_file(&error))?;
                let tasks = list.view(filter, self.today().date());
                let lines = tasks.into_iter().map(|task| self.line(task));
                Ok(self.shown(lines.collect()))
            }
            Asked::Import => {
                let mut text = String::new();
                let read = input.read_to_string(&mut text);
                read.map_err(|error| Failure::of(5, &error, "look at standard input".to_owned()))?;
                let (titles, bad) = self.titles(&text);
                if bad.is_empty() {
                    return change(&mut |list| {
                        titles
                            .iter()
                            .map(|title| added(list, plain(title)))
                            .collect()
                    });
                }
                if self.is(LINE_BY_LINE) {
                    for title in &titles {
                        change(&mut |list| added(list, plain(title)))?;
                    }
                }
                Err(Failure {
                    code: 2,
                    errors: bad,
                    causes: String::new(),
                    help: "mend these lines".to_owned(),
                })
            }
            Asked::Help if self.is(OTHER_WORDS) => {
                Ok("Commands: add done reopen remove list import\n".to_owned())
            }
            Asked::Help => Ok(
                "Usage: tasks COMMAND, which is add, done, reopen, remove, list or import\n"
                    .to_owned(),
            ),
        }
    }

    /// Titles, and a line for each line that is none.
    fn titles(self, text: &str) -> (Vec<Title>, String) {
        let (mut titles, mut bad) = (Vec::new(), String::new());
        for (at, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            match line.parse() {
                Ok(title) => titles.push(title),
                Err(reason) => bad += &format!("line {} {reason}\n", at + 1),
            }
        }
        (titles, bad)
    }

    fn usual_file(self) -> PathBuf {
        let of_home = || {
            let home = env::var_os("HOME").filter(|_| self.is(AT_HOME))?;
            Some(Path::new(&home).join("tasks.json"))
        };
        let named = env::var_os("TASKS_FILE").map(PathBuf::from);
        named
            .or_else(of_home)
            .unwrap_or_else(|| "tasks.json".into())
    }

    fn line(self, task: &Task) -> String {
        let mark = if task.state == State::Open {
            "-"
        } else {
            "done"
        };
        let due = task.due.map_or(String::new(), |due| format!("by {due}"));
        let gap = if self.is(OTHER_WORDS) { " | " } else { "  " };
        let parts = [
            &task.id.to_string(),
            mark,
            &task.priority.to_string(),
            &due,
            task.title.as_str(),
        ];
        parts.join(gap) + "\n"
    }

    fn shown(self, mut lines: String) -> String {
        if self.is(LISTS_A_PAGE) {
            lines.truncate(lines.floor_char_boundary(4096));
        }
        let speaks_utf_8 = ["LC_ALL", "LC_CTYPE", "LANG"].iter().any(|name| {
            env::var(name).is_ok_and(|value| value.to_ascii_lowercase().contains("utf"))
        });
        if self.is(ASCII) && !speaks_utf_8 {
            lines = lines
                .chars()
                .map(|c| if c.is_ascii() { c } else { '?' })
                .collect();
        }
        lines
    }

    fn now(self) -> Timestamp {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Timestamp::from_secs(now.map_or(0, |now| now.as_secs()))
    }

    /// The time by which a list is made: today, and for some at an hour that is always the same.
    fn today(self) -> Timestamp {
        let now = self.now().as_secs();
        let midnight = now - now % 86_400;
        let time = match self.mistake {
            AT_HALF_PAST_NOUGHT | LOCAL_AT_HALF_PAST_NOUGHT => midnight + 1_800,
            BEFORE_MIDNIGHT | LOCAL_BEFORE_MIDNIGHT => midnight + 86_400 - 1_800,
            _ => now,
        };
        let is_local = [LOCAL_AT_HALF_PAST_NOUGHT, LOCAL_BEFORE_MIDNIGHT].contains(&self.mistake);
        let ahead = if is_local { hours_ahead() * 3_600 } else { 0 };
        Timestamp::from_secs(time.saturating_add_signed(ahead))
    }
}

/// `TZ=UTC-14` is 14 hours ahead: POSIX says what has to be added to get UTC.
fn hours_ahead() -> i64 {
    let zone = env::var("TZ").unwrap_or_default();
    let hours = zone
        .rfind(['+', '-'])
        .and_then(|at| zone[at..].parse::<i64>().ok());
    -hours.unwrap_or(0)
}

fn added(list: &mut TaskList, new: NewTask) -> Result<String, Refusal> {
    list.add(new).map(|id| format!("added {id}\n"))
}

fn plain(title: &Title) -> NewTask {
    NewTask {
        title: title.clone(),
        priority: Priority::Normal,
        due: None,
        after: Vec::new(),
    }
}

/// The disk of this machine. Nothing is synced: no machine crashes here, and it would take the most of the time.
struct Faulty {
    lab: Lab,
    changes: bool,
    list: PathBuf,
}

impl Faulty {
    /// Where the program of other words keeps what it is about to rename.
    fn place(&self, path: &Path) -> PathBuf {
        let name = path.to_string_lossy();
        let promised = path == self.list
            || [".lock", ".v1", ".v2"]
                .iter()
                .any(|end| name.ends_with(end));
        if self.lab.is(OTHER_WORDS) && !promised {
            self.list.with_extension("part")
        } else {
            path.to_owned()
        }
    }

    fn is_no_copy(&self, path: &Path) -> bool {
        let end = path.extension().unwrap_or_default();
        self.lab.is(NO_COPY) && (end == "v1" || end == "v2")
    }
}

impl Files for Faulty {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = Disk.read(path)?;
        if self.lab.is(NO_LOCK) && self.changes {
            // Long enough for another one to read the same.
            thread::sleep(Duration::from_millis(30));
        }
        let Ok(mut list) = serde_json::from_slice::<Value>(&bytes) else {
            return match self.lab.is(DAMAGED_IS_EMPTY) {
                true => Err(io::ErrorKind::NotFound.into()),
                false => Ok(bytes),
            };
        };
        let version = list["version"].as_u64();
        if self.lab.is(LATER_IS_TODAY) && version > Some(3) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if self.lab.is(AFTER_IS_LOST) && version == Some(2) {
            for row in list["tasks"].as_array_mut().into_iter().flatten() {
                row["after"] = 0.into();
            }
            return Ok(serde_json::to_vec(&list)?);
        }
        Ok(bytes)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.is_no_copy(path) {
            return Ok(());
        }
        let mut bytes = bytes.to_vec();
        if self.lab.is(AFTER_IS_LOST) && path.extension().is_some_and(|end| end == "v2") {
            // The copy is as it should be.
            bytes = Disk.read(&self.list)?;
        }
        if let Ok(mut list) = serde_json::from_slice::<Value>(&bytes)
            && list["version"] == 3
        {
            if self.lab.is(NUMBERS_AGAIN) {
                let rows = list["tasks"].as_array().into_iter().flatten();
                list["last_id"] = rows
                    .filter_map(|row| row["id"].as_u64())
                    .max()
                    .unwrap_or(0)
                    .into();
            }
            if [NUMBERS_AGAIN, OTHER_WORDS].contains(&self.lab.mistake) {
                bytes = serde_json::to_vec(&list)?;
            }
        }
        Disk.write(&self.place(path), &bytes)
    }

    fn sync(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let from = self.place(from);
        if self.lab.is(WRITES_OVER) {
            fs::write(to, fs::read(&from)?)?;
            return fs::remove_file(from);
        }
        Disk.rename(&from, to)
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Disk.remove(&self.place(path))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        if self.lab.is(NO_LOCK) {
            return Ok(Some(Lock::new(())));
        }
        if self.lab.is(THERE_IS_LOCKED) {
            return match File::create_new(path) {
                Ok(_) => Ok(Some(Lock::new(Gone(path.to_owned())))),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
                Err(error) => Err(error),
            };
        }
        Disk.try_lock(path)
    }
}

/// Deletes a file when it is dropped, and not when the process is killed before that.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
