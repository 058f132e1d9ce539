// A life of a process, what the disk has at each moment of it, and the process after that.
//
// SIGKILL ends a process between two of its instructions, and the disk has what was written until then, no more and no less.
// So a copy of the files at a moment is what a kill at that moment leaves behind, and one life shows all of them.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use worker_queue::{
    Census, Change, Clock, Enqueued, Failure, Fence, Job, JobId, Message, Outbox, Refused, Relay,
    SqliteStore, Store, StoreError, Timestamp, Work, Workers,
};

use super::between::{install, watch};
use super::stores::Folder;

/// Always that.
pub struct Fixed(pub u64);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0)
    }
}

/// Whoever gets the messages, in a process of their own that nobody kills. Takes each number once, and none below one that
/// it has taken: a line for each in its file.
#[derive(Clone)]
pub struct Partner(PathBuf);

impl Partner {
    pub fn new(folder: &Folder) -> Self {
        Self(folder.file().with_file_name("partner.log"))
    }

    pub fn lines(&self) -> Vec<(u64, String)> {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        let line = |(number, body): (&str, &str)| {
            let number = number.parse().expect("it writes numbers");
            (number, body.to_owned())
        };
        pairs.map(line).collect()
    }

    pub fn take(&self, message: &Message) {
        let last = self.lines().last().map_or(0, |(number, _)| *number);
        if message.number > last {
            let file = OpenOptions::new().append(true).create(true).open(&self.0);
            let line = format!("{} {}\n", message.number, message.body);
            let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
            written.expect("the partner's disk is well");
        }
    }
}

/// Is told of each moment: which call it is in, and how often that was called before.
pub type Camera = Arc<dyn Fn(&'static str, usize) + Send + Sync>;

/// A store that tells the camera before, between and after the statements of each call.
pub struct Filmed {
    inner: Arc<dyn Outbox>,
    camera: Camera,
    calls: Mutex<BTreeMap<&'static str, usize>>,
    /// What is done is not answered.
    pub lost: AtomicBool,
}

impl Filmed {
    pub fn new(inner: Arc<dyn Outbox>, camera: Camera) -> Arc<Self> {
        Arc::new(Self {
            inner,
            camera,
            calls: Mutex::default(),
            lost: AtomicBool::new(false),
        })
    }

    pub fn called(&self, name: &'static str) -> usize {
        let calls = self.calls.lock().expect("nobody panics with it");
        calls.get(name).copied().unwrap_or_default()
    }

    fn film<T>(
        &self,
        name: &'static str,
        call: impl FnOnce(&dyn Outbox) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let before = {
            let mut calls = self.calls.lock().expect("nobody panics with it");
            let called = calls.entry(name).or_default();
            *called += 1;
            *called - 1
        };
        (self.camera)(name, before);
        let camera = Arc::clone(&self.camera);
        let answer = watch(move |_| camera(name, before), || call(&*self.inner));
        (self.camera)(name, before);
        if self.lost.load(Ordering::SeqCst) {
            return Err(StoreError::new("reach the store", "connection reset"));
        }
        answer
    }
}

impl Outbox for Filmed {
    fn complete(
        &self,
        id: JobId,
        fence: Fence,
        bodies: &[String],
        now: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError> {
        self.film("complete", |store| store.complete(id, fence, bodies, now))
    }

    fn next_message(&self) -> Result<Option<Message>, StoreError> {
        self.film("next_message", |store| store.next_message())
    }

    fn sent(&self, number: u64) -> Result<(), StoreError> {
        self.film("sent", |store| store.sent(number))
    }
}

impl Store for Filmed {
    fn enqueue(
        &self,
        work: Work,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        self.film("enqueue", |store| store.enqueue(work, key, now))
    }

    fn claim(&self, now: Timestamp, length: Duration) -> Result<Option<Job>, StoreError> {
        self.film("claim", |store| store.claim(now, length))
    }

    fn change(
        &self,
        id: JobId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError> {
        self.film("change", |store| store.change(id, change, now))
    }

    fn find(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.inner.find(id)
    }

    fn dead(
        &self,
        now: Timestamp,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        self.inner.dead(now, after, limit)
    }

    fn census(&self, now: Timestamp) -> Result<Census, StoreError> {
        self.inner.census(now)
    }
}

/// The orders that a client sends, each with its key. The second has two messages.
pub const ORDERS: [(&str, &[&str]); 3] = [
    ("order 1", &["order 1 is paid"]),
    ("order 2", &["order 2 is paid", "order 2 is sent"]),
    ("order 3", &["order 3 is paid"]),
];

/// All that is to be told, by its text.
pub fn all() -> Vec<&'static str> {
    let bodies = ORDERS.iter().flat_map(|(_, bodies)| bodies.iter());
    bodies.copied().collect()
}

/// A process from its start until all is done and told: the client's orders, the workers, the relay, one after the other. Notes
/// in `acknowledged` what the client has been told.
pub async fn live(folder: &Folder, clock: u64, camera: &Camera, acknowledged: &Acknowledged) {
    install();
    let file = folder.file();
    let opening = Arc::clone(camera);
    let opened = watch(
        move |_| opening("open", 0),
        || SqliteStore::open(&file).expect("the file can be opened"),
    );
    let store = Filmed::new(Arc::new(opened), Arc::clone(camera));
    let clock = Arc::new(Fixed(clock));
    for (name, _) in ORDERS {
        // Who has not heard the answer asks again, with the same key.
        let put = store.enqueue(Work::new("invoice", name), Some(name), clock.now());
        let put = put.expect("the store is well");
        let known = matches!(put, Enqueued::Again(_));
        let told = acknowledged.has(name);
        assert!(
            known || !told,
            "{name} was acknowledged, and is not there any more"
        );
        acknowledged.add(name);
    }

    let workers = Workers::builder(store.clone(), clock.clone())
        .places(std::num::NonZeroUsize::MIN)
        .poll(Duration::from_millis(1))
        .start_with_outbox(store.clone(), |job| async move {
            let order = ORDERS.iter().find(|(name, _)| *name == job.work().payload);
            let (_, bodies) = order.expect("one of ours");
            Ok(bodies.iter().map(ToString::to_string).collect())
        });
    until("three jobs are done", || {
        let census = store.census(clock.now()).expect("the store is well");
        census.done == 3
    })
    .await;
    workers.drain(Duration::from_secs(60)).await;

    let relay = {
        let (partner, camera) = (Partner::new(folder), Arc::clone(camera));
        Relay::start(store.clone(), Duration::from_millis(1), move |message| {
            camera("deliver", 0);
            partner.take(&message);
            camera("deliver", 0);
            async { Ok::<(), Failure>(()) }
        })
    };
    // Not by a call that is filmed.
    let inner = Arc::clone(&store.inner);
    until("all messages are sent", || {
        let next = inner.next_message().expect("the store is well");
        next.is_none()
    })
    .await;
    relay.stop().await;
}

/// Waits for something that happens elsewhere.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "waited 20 s until {what}"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// What a client has been told is kept.
#[derive(Clone, Default)]
pub struct Acknowledged(Arc<Mutex<Vec<&'static str>>>);

impl Acknowledged {
    pub fn of(names: Vec<&'static str>) -> Self {
        Self(Arc::new(Mutex::new(names)))
    }

    pub fn all(&self) -> Vec<&'static str> {
        self.0.lock().expect("nobody panics with it").clone()
    }

    fn has(&self, name: &str) -> bool {
        self.all().contains(&name)
    }

    fn add(&self, name: &'static str) {
        self.0.lock().expect("nobody panics with it").push(name);
    }
}

/// What is on the disk at a moment, and what the client has heard until then.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    pub moment: String,
    pub acknowledged: Vec<&'static str>,
    files: BTreeMap<OsString, Vec<u8>>,
}

impl Photo {
    pub fn take(folder: &Path, moment: String, acknowledged: &Acknowledged) -> Self {
        let entries = fs::read_dir(folder).expect("the folder is there");
        let names = entries.flatten().map(|entry| entry.file_name());
        // SQLite's memory of its log is not on the disk: the next process makes it anew from the log.
        let names = names.filter(|name| !name.to_string_lossy().ends_with("-shm"));
        Self {
            moment,
            acknowledged: acknowledged.all(),
            files: names
                .filter_map(|name| Some((name.clone(), fs::read(folder.join(name)).ok()?)))
                .collect(),
        }
    }

    pub fn same_as(&self, other: &Self) -> bool {
        (&self.files, &self.acknowledged) == (&other.files, &other.acknowledged)
    }

    /// Another disk with the same on it.
    pub fn developed(&self) -> Folder {
        let folder = Folder::new();
        for (name, bytes) in &self.files {
            let written = fs::write(folder.file().with_file_name(name), bytes);
            written.expect("a folder for temporary files can be written");
        }
        folder
    }
}

/// One life, and the disk at each moment of it at which it was another than before.
pub async fn album() -> Vec<Photo> {
    let folder = Folder::new();
    let acknowledged = Acknowledged::default();
    let photos: Arc<Mutex<Vec<Photo>>> = Arc::default();
    let camera: Camera = {
        let (photos, acknowledged) = (Arc::clone(&photos), acknowledged.clone());
        let place = folder.file().with_file_name("");
        let calls: Mutex<Vec<(&str, usize, usize)>> = Mutex::default();
        Arc::new(move |call, times| {
            let mut calls = calls.lock().expect("nobody panics with it");
            match calls.last_mut() {
                Some((last, before, moment)) if (*last, *before) == (call, times) => *moment += 1,
                _ => calls.push((call, times, 0)),
            }
            let number = calls.last().map_or(0, |(.., number)| *number);
            let moment = format!("moment {number} of `{call}`, called {times} times before");
            let photo = Photo::take(&place, moment, &acknowledged);
            let mut photos = photos.lock().expect("nobody panics with it");
            if photos.last().is_none_or(|last| !last.same_as(&photo)) {
                photos.push(photo);
            }
        })
    };
    live(&folder, 0, &camera, &acknowledged).await;
    let photos = photos.lock().expect("nobody panics with it");
    photos.clone()
}

/// An hour later: every lease of the process that was killed is over.
pub const LATER: u64 = 3_600_000;

/// The next process on that disk, until all is done and told. Everything is to be there once.
pub async fn next_process(folder: &Folder, acknowledged: Vec<&'static str>, killed: &str) {
    let still: Camera = Arc::new(|_, _| {});
    live(folder, LATER, &still, &Acknowledged::of(acknowledged)).await;
    let lines = Partner::new(folder).lines();
    let mut told: Vec<&str> = lines.iter().map(|(_, body)| &**body).collect();
    // An order that was begun by the killed comes after those that nobody had begun.
    told.sort();
    assert_eq!(
        told,
        all(),
        "killed at {killed}, and started again: what the partner has been told, and what has happened, each once"
    );
}
