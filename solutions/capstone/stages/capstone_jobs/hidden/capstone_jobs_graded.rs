//! The same promises at values that the visible tests do not name.

use std::env;
use std::fs;
use std::future;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use capstone::Config;
use capstone::adapters::{FileNotices, MemoryTasks};
use capstone::domain::{Draft, Notice, TaskId, Timestamp, Title, UserId, What};
use capstone::jobs::{Policy, Workers};
use capstone::ports::{
    Clock, DeadJob, Delivery, Dice, Held, JobQueue, Leased, Notifier, Pending, Receipt, StoreError,
    TaskRepository, Undelivered,
};
use tokio::time::{self, Instant};

#[tokio::test(start_paused = true)]
async fn what_kills_its_workers_is_set_aside() {
    let world = World::new(true);
    world.add().await;
    // Three workers have had it, each for a second, and none has come back.
    for second in 0..3 {
        let (now, until) = (at(second * 1_000), at(second * 1_000 + 1_000));
        let claimed = world.store.claim(now, until).await.expect("it works");
        assert!(claimed.is_some(), "the lease before has ended");
    }
    world.work_for(Duration::from_secs(60)).await;
    let told = world.phone.told.load(Ordering::SeqCst);
    let dead = world.store.dead(10).await.expect("it works");
    assert!(
        told == 0 && dead.len() == 1 && !dead[0].reason.is_empty(),
        "three attempts are all there are, and they have killed three workers. It was begun {told} times more, and the \
         dead are {dead:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_what_the_dice_say() {
    let world = World::new(false);
    world.add().await;
    world.work_for(Duration::from_secs(200)).await;
    let times = world.phone.times.lock().expect("no panic").clone();
    // Limits of 10 s and 20 s, of which the dice say a tenth.
    let due = [0, 1_000, 3_000];
    assert!(
        times.len() == 3
            && times
                .iter()
                .zip(due)
                .all(|(at, due)| (due..=due + 300).contains(at)),
        "due at {due:?} ms, and made at {times:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_asked_again() {
    let mut world = World::new(true);
    world.add().await;
    world.away_until = 30_000;
    world.work_for(Duration::from_secs(60)).await;
    let times = world.phone.times.lock().expect("no panic").clone();
    assert!(
        times.len() == 1 && (30_000..=30_500).contains(&times[0]),
        "the store does not answer for 30 s, then it does, and the workers are still there: {times:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_can_not_say_that_it_lives_lets_go() {
    let mut world = World::new(true);
    world.add().await;
    world.lines_cut = true;
    world.phone.silent.store(true, Ordering::SeqCst);
    world.work_for(Duration::from_secs(50)).await;
    let times = world.phone.times.lock().expect("no panic").clone();
    let alive = world.phone.alive.load(Ordering::SeqCst);
    assert!(
        times.len() == 2 && (30_000..=30_300).contains(&times[1]) && alive == 0,
        "the first attempt takes for ever, and the queue refuses every `extend`. After 30 s the lease is over and somebody \
         else may have the job, so the attempt is dropped. Attempts were at {times:?}, and {alive} still run"
    );
}

#[test]
fn the_settings_are_checked() {
    for (flag, fits) in [
        ("--job-lease=20ms", true),
        ("--job-lease=0s", false),
        ("--notices=log:", true),
        ("--notices=file:a.jsonl", true),
        ("--notices=file:", false),
        ("--notices=pigeon", false),
    ] {
        let loaded = Config::load(&[flag.to_owned()], &[], |_| Ok(String::new()));
        assert_eq!(loaded.is_ok(), fits, "{flag}: {loaded:?}");
    }
}

#[tokio::test]
async fn a_line_that_was_not_finished_is_written_again() {
    let folder = env::temp_dir().join(format!("capstone-jobs-graded-{}", process::id()));
    fs::create_dir_all(&folder).expect("there is a place for temporary files");
    let path = folder.join("notices.jsonl");
    let tell = async |key: &str, version: u64| {
        let file = FileNotices::open(&path).expect("it can be opened");
        let notice = Notice {
            what: What::Changed,
            owner: UserId::new(1),
            task: TaskId::new(7),
            created: at(0),
            version,
        };
        file.notify(key, &notice).await.expect("it is written");
        file.notify(key, &notice).await.expect("it is known");
        fs::read_to_string(&path).expect("it is there")
    };
    let one = tell("a", 1).await;
    assert_eq!(one.lines().count(), 1, "one key, one line: {one}");
    assert_eq!(
        tell("a", 1).await,
        one,
        "also when the file is opened again"
    );
    let two = tell("b", 2).await;
    // The power has failed in the middle of the second line.
    fs::write(&path, &two[..two.len() - 5]).expect("it can be written");
    assert_eq!(
        tell("b", 2).await,
        two,
        "a line without its end was never told, so it is told now, and nothing is left of the half"
    );
    let _ = fs::remove_dir_all(&folder);
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(1_767_268_800_000 + millis)
}

struct World {
    store: Arc<MemoryTasks>,
    phone: Arc<Phone>,
    begun: Instant,
    away_until: u64,
    lines_cut: bool,
}

impl World {
    fn new(answers: bool) -> Self {
        let begun = Instant::now();
        let phone = Phone {
            answers,
            begun,
            told: AtomicUsize::new(0),
            silent: AtomicBool::new(false),
            alive: Arc::default(),
            times: Mutex::default(),
        };
        Self {
            store: Arc::default(),
            phone: Arc::new(phone),
            begun,
            away_until: 0,
            lines_cut: false,
        }
    }

    async fn add(&self) {
        let draft = Draft {
            owner: UserId::new(1),
            title: Title::parse("rent").expect("a title"),
            created: at(0),
        };
        self.store.insert(draft, None).await.expect("it works");
    }

    async fn work_for(&self, time: Duration) {
        let queue = Away {
            inner: self.store.clone(),
            begun: self.begun,
            until: self.away_until,
            lines_cut: self.lines_cut,
        };
        let policy = Policy {
            workers: 2,
            lease: Duration::from_secs(30),
            limit: Duration::from_secs(600),
            attempts: 3,
            first_wait: Duration::from_secs(10),
            most_wait: Duration::from_secs(60),
            poll: Duration::from_millis(100),
        };
        let clock = Arc::new(Since(self.begun));
        let workers = Workers::new(
            Arc::new(queue),
            self.phone.clone(),
            clock,
            Arc::new(Tenth),
            policy,
        );
        workers.run(time::sleep(time)).await;
    }
}

struct Phone {
    answers: bool,
    begun: Instant,
    told: AtomicUsize,
    /// Says nothing to the next one who asks.
    silent: AtomicBool,
    alive: Arc<AtomicUsize>,
    times: Mutex<Vec<u64>>,
}

impl Notifier for Phone {
    fn notify<'a>(&'a self, _: &'a str, _: &'a Notice) -> Delivery<'a> {
        self.told.fetch_add(1, Ordering::SeqCst);
        let at = self.begun.elapsed().as_millis() as u64;
        self.times.lock().expect("no panic").push(at);
        let silent = self.silent.swap(false, Ordering::SeqCst);
        self.alive.fetch_add(1, Ordering::SeqCst);
        let alive = Alive(Arc::clone(&self.alive));
        Box::pin(async move {
            let _alive = alive;
            if silent {
                future::pending::<()>().await;
            }
            match self.answers {
                true => Ok(()),
                false => Err(Undelivered::Later("engaged".into())),
            }
        })
    }
}

/// Counts a call until its future is gone.
struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Since(Instant);

impl Clock for Since {
    fn now(&self) -> Timestamp {
        at(self.0.elapsed().as_millis() as u64)
    }
}

struct Tenth;

impl Dice for Tenth {
    fn up_to(&self, limit: Duration) -> Duration {
        limit / 10
    }
}

/// A queue that gives out nothing at first.
struct Away {
    inner: Arc<MemoryTasks>,
    begun: Instant,
    until: u64,
    lines_cut: bool,
}

impl JobQueue for Away {
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>> {
        if (self.begun.elapsed().as_millis() as u64) < self.until {
            let error = StoreError::new("claim a job", "the file is locked");
            return Box::pin(future::ready(Err(error)));
        }
        self.inner.claim(now, until)
    }

    fn extend(&self, receipt: Receipt, until: Timestamp) -> Pending<'_, Held> {
        if self.lines_cut {
            let error = StoreError::new("extend a lease", "the file is locked");
            return Box::pin(future::ready(Err(error)));
        }
        self.inner.extend(receipt, until)
    }

    fn complete(&self, receipt: Receipt) -> Pending<'_, Held> {
        self.inner.complete(receipt)
    }

    fn retry(&self, receipt: Receipt, due: Timestamp, reason: String) -> Pending<'_, Held> {
        self.inner.retry(receipt, due, reason)
    }

    fn bury(&self, receipt: Receipt, reason: String) -> Pending<'_, Held> {
        self.inner.bury(receipt, reason)
    }

    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>> {
        self.inner.dead(limit)
    }
}
