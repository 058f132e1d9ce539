// What the tests of several stages share: a disk in memory that can crash and fail, tasks, and the program.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use task_manager::{
    Files, Lock, NewTask, Priority, Refusal, Store, StoreError, TaskId, TaskList, Timestamp,
};

pub fn id(number: u32) -> TaskId {
    TaskId::new(number).expect("tests use numbers from 1")
}

pub fn new(title: &str) -> NewTask {
    NewTask {
        title: title.parse().expect("a title"),
        priority: Priority::Normal,
        due: None,
        after: Vec::new(),
    }
}

pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

pub fn titles(list: &TaskList) -> Vec<String> {
    list.tasks().map(|task| task.title.to_string()).collect()
}

/// Adds a task, without waiting for anybody.
pub fn add<F: Files>(store: &Store<F>, title: &str) -> Result<TaskId, StoreError> {
    let added: Result<TaskId, Refusal> = store.update(|| false, |list| list.add(new(title)))?;
    Ok(added.unwrap_or_else(|refusal| panic!("`{title}` comes after nothing, and: {refusal}")))
}

// ── the program, on the disk of this machine ───────────────────────────────────────────────────────

/// A folder of the test's own, which goes with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("task_manager_{}_{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The program on `tasks.json` in this folder, with nothing from the environment to look at.
    pub fn tasks(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tasks"));
        command
            .current_dir(&self.0)
            .env_remove("TASKS_FILE")
            .stdin(Stdio::null())
            .arg("--file")
            .arg(self.path("tasks.json"))
            .args(args);
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        let output = self.tasks(args).output().expect("the program starts");
        Ended::of(&args.join(" "), output)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ended {
    pub line: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn of(line: &str, output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self {
            line: format!("tasks {line}"),
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Fails the test unless the program ended with this code.
    #[track_caller]
    pub fn expect(self, code: i32, why: &str) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "`{}` must end with {code}: {why}\nstandard output: {}\nstandard error: {}",
            self.line,
            self.out,
            self.err
        );
        self
    }
}

// ── a disk in memory ───────────────────────────────────────────────────────────────────────────────

/// What becomes of the steps that change a disk, which are all but reading and locking.
#[derive(Debug, Clone, Copy)]
enum Plan {
    Works,
    /// So many steps are done. The next one and all after it find no machine.
    CrashesAfter(usize),
    /// The step of this number, from 0, fails; the disk is full.
    Fails(usize),
}

/// A file's bytes as programs see them, and as they are after a crash if nothing else is known.
#[derive(Debug, Clone, Default)]
struct Content {
    seen: Vec<u8>,
    kept: Vec<u8>,
}

#[derive(Debug, Clone)]
enum Change {
    Made(PathBuf, usize),
    Moved(PathBuf, PathBuf, usize),
    Gone(PathBuf),
}

impl Change {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Made(path, file) => {
                names.insert(path.clone(), *file);
            }
            Self::Moved(from, to, file) => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
            Self::Gone(path) => {
                names.remove(path);
            }
        }
    }
}

/// A disk that keeps only what it was told to keep, as real ones do.
///
/// Bytes are kept from `sync` on, names from `sync_folder` on. What was changed since may be there after a
/// crash or not, each change for itself, and bytes may be there in part.
pub struct MemoryDisk {
    plan: Plan,
    inner: RefCell<Inner>,
    locked: Rc<RefCell<BTreeSet<PathBuf>>>,
    unreadable: Option<io::ErrorKind>,
}

#[derive(Default)]
struct Inner {
    steps: Vec<String>,
    unlocked_steps: Vec<String>,
    names: BTreeMap<PathBuf, usize>,
    kept_names: BTreeMap<PathBuf, usize>,
    changes: Vec<Change>,
    files: Vec<Content>,
}

impl MemoryDisk {
    fn planned(plan: Plan, files: &BTreeMap<PathBuf, Vec<u8>>) -> Self {
        let names: BTreeMap<PathBuf, usize> = files.keys().cloned().zip(0..).collect();
        let contents = files.values().map(|bytes| Content {
            seen: bytes.clone(),
            kept: bytes.clone(),
        });
        Self {
            plan,
            inner: RefCell::new(Inner {
                kept_names: names.clone(),
                names,
                files: contents.collect(),
                ..Inner::default()
            }),
            locked: Rc::default(),
            unreadable: None,
        }
    }

    /// A disk with these files on it.
    pub fn with(files: &BTreeMap<PathBuf, Vec<u8>>) -> Self {
        Self::planned(Plan::Works, files)
    }

    /// A disk with one file on it.
    pub fn holding(path: &str, bytes: impl AsRef<[u8]>) -> Self {
        Self::with(&BTreeMap::from([(
            PathBuf::from(path),
            bytes.as_ref().to_vec(),
        )]))
    }

    pub fn empty() -> Self {
        Self::with(&BTreeMap::new())
    }

    /// The same files, on a disk whose machine crashes after so many steps.
    pub fn that_crashes_after(files: &BTreeMap<PathBuf, Vec<u8>>, steps: usize) -> Self {
        Self::planned(Plan::CrashesAfter(steps), files)
    }

    /// The same files, on a disk of which one step fails, numbered from 0.
    pub fn that_fails_at(files: &BTreeMap<PathBuf, Vec<u8>>, step: usize) -> Self {
        Self::planned(Plan::Fails(step), files)
    }

    /// A disk of which no file can be read, for this reason.
    pub fn that_cannot_read(path: &str, bytes: &[u8], why: io::ErrorKind) -> Self {
        Self {
            unreadable: Some(why),
            ..Self::holding(path, bytes)
        }
    }

    /// The files as programs see them.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let inner = self.inner.borrow();
        let files = inner.names.iter();
        files
            .map(|(path, &file)| (path.clone(), inner.files[file].seen.clone()))
            .collect()
    }

    /// The steps that were taken, in words.
    pub fn steps(&self) -> Vec<String> {
        self.inner.borrow().steps.clone()
    }

    /// Those of them that were taken while nobody held a lock.
    pub fn unlocked_steps(&self) -> Vec<String> {
        self.inner.borrow().unlocked_steps.clone()
    }

    /// All that can be on the disk if the machine crashes now: the files, each time.
    pub fn after_a_crash(&self) -> Vec<BTreeMap<PathBuf, Vec<u8>>> {
        let inner = self.inner.borrow();
        // Every selection of the changes to names that nobody waited for.
        let mut possible = BTreeSet::new();
        for selection in 0_u32..1 << inner.changes.len() {
            let mut names = inner.kept_names.clone();
            for (at, change) in inner.changes.iter().enumerate() {
                if selection & (1 << at) != 0 {
                    change.apply(&mut names);
                }
            }
            possible.insert(names);
        }
        let mut disks = BTreeSet::new();
        for names in possible {
            // And of the bytes behind each name: the new ones, half of them, none, or the old ones.
            let mut so_far = vec![BTreeMap::new()];
            for (path, file) in names {
                let Content { seen, kept } = &inner.files[file];
                let mut bytes = vec![kept.clone()];
                if seen != kept {
                    bytes.extend([seen.clone(), seen[..seen.len() / 2].to_vec(), Vec::new()]);
                }
                so_far = so_far
                    .iter()
                    .flat_map(|disk: &BTreeMap<PathBuf, Vec<u8>>| {
                        bytes.iter().map(|bytes| {
                            let mut disk = disk.clone();
                            disk.insert(path.clone(), bytes.clone());
                            disk
                        })
                    })
                    .collect();
            }
            disks.extend(so_far);
        }
        disks.into_iter().collect()
    }

    fn reachable(&self) -> io::Result<()> {
        match self.plan {
            Plan::CrashesAfter(steps) if self.inner.borrow().steps.len() >= steps => {
                Err(io::Error::other("the machine has crashed"))
            }
            _ => Ok(()),
        }
    }

    fn step(&self, what: String) -> io::Result<()> {
        self.reachable()?;
        let mut inner = self.inner.borrow_mut();
        if self.locked.borrow().is_empty() {
            inner.unlocked_steps.push(what.clone());
        }
        inner.steps.push(what);
        match self.plan {
            Plan::Fails(step) if inner.steps.len() == step + 1 => {
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => Ok(()),
        }
    }
}

impl Inner {
    fn file(&self, path: &Path) -> io::Result<usize> {
        let file = self.names.get(path).copied();
        file.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.names);
        self.changes.push(change);
    }
}

impl Files for MemoryDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.reachable()?;
        let inner = self.inner.borrow();
        let file = inner.file(path)?;
        match self.unreadable {
            Some(why) => Err(why.into()),
            None => Ok(inner.files[file].seen.clone()),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let step = self.step(format!("write {} bytes to {}", bytes.len(), path.display()));
        // A full disk takes half of them; a machine that is gone takes none.
        let taken = match &step {
            Ok(()) => bytes.len(),
            Err(error) if error.kind() == io::ErrorKind::StorageFull => bytes.len() / 2,
            Err(_) => return step,
        };
        let mut inner = self.inner.borrow_mut();
        let file = match inner.file(path) {
            Ok(file) => file,
            Err(_) => {
                inner.files.push(Content::default());
                let file = inner.files.len() - 1;
                inner.change(Change::Made(path.to_owned(), file));
                file
            }
        };
        inner.files[file].seen = bytes[..taken].to_vec();
        step
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.step(format!("sync {}", path.display()))?;
        let mut inner = self.inner.borrow_mut();
        let file = inner.file(path)?;
        inner.files[file].kept = inner.files[file].seen.clone();
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(format!("rename {} to {}", from.display(), to.display()))?;
        let mut inner = self.inner.borrow_mut();
        let file = inner.file(from)?;
        inner.change(Change::Moved(from.to_owned(), to.to_owned(), file));
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.step(format!("sync the folder `{}`", folder.display()))?;
        let mut inner = self.inner.borrow_mut();
        // Only the names in this folder have arrived.
        let inner = &mut *inner;
        let here = |path: &Path| path.parent() == Some(folder);
        let (arrived, waiting) =
            std::mem::take(&mut inner.changes)
                .into_iter()
                .partition(|change| match change {
                    Change::Made(path, _) | Change::Gone(path) | Change::Moved(_, path, _) => {
                        here(path)
                    }
                });
        inner.changes = waiting;
        for change in Vec::from_iter::<Vec<Change>>(arrived) {
            change.apply(&mut inner.kept_names);
        }
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(format!("remove {}", path.display()))?;
        let mut inner = self.inner.borrow_mut();
        inner.file(path)?;
        inner.change(Change::Gone(path.to_owned()));
        Ok(())
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        self.reachable()?;
        if !self.locked.borrow_mut().insert(path.to_owned()) {
            return Ok(None);
        }
        Ok(Some(Lock::new(Unlock {
            path: path.to_owned(),
            locked: Rc::clone(&self.locked),
        })))
    }
}

struct Unlock {
    path: PathBuf,
    locked: Rc<RefCell<BTreeSet<PathBuf>>>,
}

impl Drop for Unlock {
    fn drop(&mut self) {
        self.locked.borrow_mut().remove(&self.path);
    }
}

/// The files of a disk in one line each, to show in a failure.
pub fn shown(files: &BTreeMap<PathBuf, Vec<u8>>) -> String {
    if files.is_empty() {
        return "no file".to_owned();
    }
    let file = |(path, bytes): (&PathBuf, &Vec<u8>)| {
        let text = String::from_utf8_lossy(bytes);
        let titles: Vec<&str> = text
            .split("\"title\": \"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap_or_default())
            .collect();
        format!(
            "{} of {} bytes with titles {titles:?}",
            path.display(),
            bytes.len()
        )
    };
    files.iter().map(file).collect::<Vec<_>>().join(", ")
}
