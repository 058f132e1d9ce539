// Stores to run a contract against, and files that are gone after the test.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{env, fs, process};

use worker_queue::{
    Change, Enqueued, Fence, Job, JobId, MemoryStore, Refused, SqliteStore, State, Store,
    Timestamp, Work,
};

/// A folder that goes when the test does.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("worker_queue-{}-{number}", process::id()));
        fs::create_dir_all(&path).expect("a folder for temporary files can be written");
        Self(path)
    }

    /// One that is there already.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("jobs.db")
    }

    /// One more connection to the same file.
    #[track_caller]
    pub fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.file()).unwrap_or_else(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            panic!("the file of jobs is to be opened: {error}: {cause:?}")
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A store, by name, with what is only seen of it through the port.
pub struct Subject {
    pub name: &'static str,
    pub store: Arc<dyn Store>,
    _folder: Option<Folder>,
}

/// One of each kind, empty.
pub fn stores() -> [Subject; 2] {
    let folder = Folder::new();
    let sqlite = Arc::new(folder.open());
    [
        Subject {
            name: "memory",
            store: Arc::new(MemoryStore::new()),
            _folder: None,
        },
        Subject {
            name: "SQLite",
            store: sqlite,
            _folder: Some(folder),
        },
    ]
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// What every call is expected to come back with.
#[track_caller]
pub fn fine<T>(what: &str, answer: Result<T, worker_queue::StoreError>) -> T {
    answer.unwrap_or_else(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        panic!("{what}: {error}: {cause:?}")
    })
}

#[track_caller]
pub fn enqueue(store: &dyn Store, work: Work, now: u64) -> JobId {
    match fine("enqueue", store.enqueue(work, None, at(now))) {
        Enqueued::New(id) => id,
        other => panic!("work without a key is a new job, and was {other:?}"),
    }
}

/// Claims for 10 s.
#[track_caller]
pub fn claim(store: &dyn Store, now: u64) -> Option<(JobId, Fence)> {
    let job = fine("claim", store.claim(at(now), Duration::from_secs(10)))?;
    let fence = job.fence().expect("a job that was claimed has a fence");
    Some((job.id(), fence))
}

#[track_caller]
pub fn change(store: &dyn Store, id: JobId, change: &Change, now: u64) -> Result<Job, Refused> {
    fine("change", store.change(id, change, at(now)))
}

#[track_caller]
pub fn find(store: &dyn Store, id: JobId) -> Job {
    fine("find", store.find(id)).unwrap_or_else(|| panic!("{id:?} is there"))
}

#[track_caller]
pub fn state(store: &dyn Store, id: JobId, now: u64) -> State {
    find(store, id).state(at(now))
}
