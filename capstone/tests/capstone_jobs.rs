//! What has happened is told: not before it has happened, not never, and not twice.

#[path = "support/queue.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod queue;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::future;
use std::net::SocketAddr;
use std::panic;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use capstone::adapters::{FileNotices, MemoryTasks, SqliteTasks, SystemDice};
use capstone::domain::{Notice, Timestamp, UserId, What};
use capstone::jobs::{Policy, Workers};
use capstone::ports::{
    Clock, DeadJob, Delivery, Dice, Held, JobQueue, Leased, Notifier, Pending, Receipt,
    Undelivered, Written,
};
use capstone::{Application, Config};
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::sync::{Notify, oneshot};
use tokio::time::{self, Instant};

use queue::{ADA, Store, at};
use support::{Process, User, config, exchange, field, hasty, signed_in, within};

// ── the queue ──────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn in_memory_a_change_leaves_one_job() {
    queue::a_change_leaves_one_job(Store::new(MemoryTasks::default())).await;
}

#[tokio::test]
async fn in_memory_a_job_is_handed_to_one_at_a_time() {
    queue::a_job_is_handed_to_one_at_a_time(Store::new(MemoryTasks::default())).await;
}

#[tokio::test]
async fn in_memory_only_who_has_the_job_is_listened_to() {
    queue::only_who_has_the_job_is_listened_to(Store::new(MemoryTasks::default())).await;
}

#[tokio::test]
async fn in_memory_a_job_waits_or_is_dead() {
    queue::a_retry_waits_for_its_time(Store::new(MemoryTasks::default())).await;
    queue::the_dead_are_kept(Store::new(MemoryTasks::default())).await;
}

#[tokio::test]
async fn in_a_file_a_change_leaves_one_job() {
    let files = Files::new();
    queue::a_change_leaves_one_job(files.open().await).await;
}

#[tokio::test]
async fn in_a_file_a_job_is_handed_to_one_at_a_time() {
    let (one, other) = (Files::new(), Files::new());
    queue::a_job_is_handed_to_one_at_a_time(one.open().await).await;
    let stores = vec![other.open().await, other.open().await];
    queue::each_job_goes_to_one_of_many(stores, 10).await;
}

#[tokio::test]
async fn in_a_file_only_who_has_the_job_is_listened_to() {
    let files = Files::new();
    queue::only_who_has_the_job_is_listened_to(files.open().await).await;
}

#[tokio::test]
async fn in_a_file_a_job_waits_or_is_dead() {
    let (one, other) = (Files::new(), Files::new());
    queue::a_retry_waits_for_its_time(one.open().await).await;
    queue::the_dead_are_kept(other.open().await).await;
}

#[tokio::test]
async fn a_change_and_its_job_are_there_together_or_not_at_all() {
    let files = Files::new();
    let store = files.open().await;
    let sql = files.sql();
    let mut tables = sql
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .expect("SQL");
    let tables: Vec<String> = tables
        .query_map((), |row| row.get(0))
        .expect("SQL")
        .map(|name| name.expect("a name"))
        .collect();
    let owner = UserId::new(ADA);
    let works = "the store works";
    let mut failed = BTreeMap::new();
    for table in &tables {
        for what in ["insert", "update", "delete"] {
            let task = store.add(ADA, "rent").await;
            told(&store).await;
            // The disk is full right when a row is added to this table. Rows that are there can be changed.
            sql.execute_batch(&format!(
                "CREATE TRIGGER full BEFORE INSERT ON \"{table}\" BEGIN SELECT RAISE(ABORT, 'disk full'); END;"
            ))
            .expect("SQL");
            let outcome = match what {
                "insert" => store.insert(ADA, "mail", None).await.map(|_| What::Created),
                "update" => {
                    let written = store.tasks.update(queue::started(&task), 1).await;
                    written.map(|_| What::Changed)
                }
                _ => {
                    let deleted = store.tasks.delete(owner, task.facts().id, 1).await;
                    deleted.map(|_| What::Deleted)
                }
            };
            sql.execute_batch("DROP TRIGGER full;").expect("SQL");
            let there = store.tasks.list(owner, None, 10).await.expect(works);
            let jobs = told(&store).await;
            match outcome {
                Ok(what) => assert_eq!(
                    jobs,
                    [what],
                    "no row can be added to `{table}`, and the change was acknowledged all the same. So there is a \
                     job that tells of it"
                ),
                Err(_) => {
                    *failed.entry(what).or_insert(0) += 1;
                    assert_eq!(
                        (there.as_slice(), jobs.as_slice()),
                        ([task].as_slice(), [].as_slice()),
                        "no row can be added to `{table}`, so {what} has failed, and must have done nothing: on the \
                         left what is there, a task and the jobs that tell of something. Whoever makes a change in \
                         one transaction and leaves the job in the next has changes that nobody is told of"
                    );
                }
            }
            for task in there {
                let (id, version) = (task.facts().id, task.facts().version);
                let deleted = store.tasks.delete(owner, id, version).await;
                assert_eq!(deleted.expect(works), Written::Done);
            }
            told(&store).await;
        }
    }
    for what in ["insert", "update", "delete"] {
        let of_jobs = if what == "insert" { 2 } else { 1 };
        assert!(
            failed.get(what).is_some_and(|times| *times >= of_jobs),
            "each of {tables:?} was full in turn, and {what} has failed {:?} times. It leaves its job in a table, and \
             if it can't, it fails",
            failed.get(what)
        );
    }
}

// ── workers ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn a_job_is_done_once() {
    let world = World::new(|_| Say::Yes);
    let (rent, mail) = (
        world.store.add(ADA, "rent").await,
        world.store.add(ADA, "mail").await,
    );
    let later = async {
        time::sleep(Duration::from_secs(60)).await;
        world.store.add(ADA, "later").await
    };
    let work = world.work_for(policy(), Duration::from_secs(120));
    let (later, ()) = tokio::join!(later, work);
    let told: BTreeSet<_> = world.told().iter().map(|told| told.notice.task).collect();
    assert_eq!(
        told,
        [rent, mail, later.clone()]
            .iter()
            .map(|task| task.facts().id)
            .collect()
    );
    assert_eq!(
        world.told().len(),
        3,
        "three jobs, each done once: {:?}",
        world.told()
    );
    let last = &world.told()[2];
    assert!(
        last.notice.task == later.facts().id && last.at <= 60_000 + 250,
        "the last job came after 60 s, and there is a look at least each `poll`, which is 250 ms: {last:?}"
    );
    assert_eq!(
        world.store.claim(1_000_000).await,
        None,
        "what is done is gone"
    );
}

#[tokio::test(start_paused = true)]
async fn who_fails_waits_longer_each_time_and_not_for_ever() {
    let world = World::new(|_| Say::Later);
    world.store.add(ADA, "rent").await;
    let policy = Policy {
        attempts: 6,
        first_wait: Duration::from_secs(1),
        most_wait: Duration::from_secs(5),
        ..policy()
    };
    world.work_for(policy, Duration::from_secs(600)).await;
    let limits: Vec<u64> = {
        let limits = world.dice.limits.lock().expect("no panic");
        limits.iter().map(|limit| limit.as_secs()).collect()
    };
    assert_eq!(
        limits,
        [1, 2, 4, 5, 5],
        "after each of five attempts the dice decide how long to wait, from nothing to a limit that doubles and is \
         at most 5 s. The sixth attempt was the last. Without chance, jobs that have failed together come back \
         together"
    );
    let told = world.told();
    let times: Vec<u64> = told.iter().map(|told| told.at).collect();
    let due = [0, 1_000, 3_000, 7_000, 12_000, 17_000];
    assert!(
        times.len() == 6
            && times
                .iter()
                .zip(due)
                .all(|(at, due)| (due..=due + 6 * 250).contains(at)),
        "the dice have said the limit each time, so attempts are due at {due:?} ms, and a look each 250 ms finds them \
         a little later; they were at {times:?}"
    );
    let keys: BTreeSet<&str> = told.iter().map(|told| told.key.as_str()).collect();
    assert_eq!(
        keys.len(),
        1,
        "each attempt has the same key, so that who hears of it twice can tell: {keys:?}"
    );
    let dead = world.dead().await;
    assert_eq!(dead.len(), 1, "six failures are enough: {dead:?}");
    assert!(
        dead[0].attempts == 6 && dead[0].reason.contains("the line is cut"),
        "the reason has the cause of the last failure: {dead:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_can_never_work_is_tried_once() {
    let world = World::new(|_| Say::Never);
    world.store.add(ADA, "rent").await;
    world.work_for(policy(), Duration::from_secs(600)).await;
    let dead = world.dead().await;
    assert!(
        world.told().len() == 1 && dead.len() == 1 && dead[0].reason.contains("no such address"),
        "`Never` means that trying again is of no use. There were {} attempts, and the dead are {dead:?}",
        world.told().len()
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_costs_an_attempt_and_no_worker() {
    let world = World::new(|attempt| if attempt < 2 { Say::Panic } else { Say::Yes });
    world.store.add(ADA, "poison").await;
    let policy = Policy {
        attempts: 2,
        workers: 1,
        ..policy()
    };
    let later = async {
        time::sleep(Duration::from_secs(60)).await;
        world.store.add(ADA, "good").await
    };
    tokio::join!(later, world.work_for(policy, Duration::from_secs(120)));
    let dead = world.dead().await;
    assert!(
        dead.len() == 1 && dead[0].attempts == 2 && dead[0].reason.contains("boom"),
        "two panics are two attempts, and the reason is what the panic has said: {dead:?}"
    );
    assert_eq!(
        world.told().len(),
        3,
        "the only worker is still there for the next job: {:?}",
        world.told()
    );
}

#[tokio::test(start_paused = true)]
async fn as_many_at_a_time_as_there_are_workers() {
    let world = World::new(|_| Say::After(Duration::from_secs(10)));
    for number in 0..7 {
        world.store.add(ADA, &format!("task {number}")).await;
    }
    let policy = Policy {
        workers: 3,
        ..policy()
    };
    world.work_for(policy, Duration::from_secs(40)).await;
    let times: Vec<u64> = world.told().iter().map(|told| told.at / 1_000).collect();
    assert_eq!(
        times,
        [0, 0, 0, 10, 10, 10, 20],
        "seven jobs of ten seconds each and three workers: in which second each has begun"
    );
}

#[tokio::test(start_paused = true)]
async fn a_long_job_keeps_its_lease() {
    let world = World::new(|_| Say::After(Duration::from_secs(50)));
    world.store.add(ADA, "rent").await;
    let policy = Policy {
        lease: Duration::from_secs(5),
        limit: Duration::from_secs(60),
        ..policy()
    };
    // Two services on one store.
    tokio::join!(
        world.work_for(policy.clone(), Duration::from_secs(100)),
        world.work_for(policy, Duration::from_secs(100)),
    );
    let times: Vec<u64> = world.told().iter().map(|told| told.at).collect();
    assert_eq!(
        times.len(),
        1,
        "the job takes 50 s, and the lease is of 5 s: who still works has to say so in time, again and again, or the \
         other service begins the job, too. It was begun at {times:?} ms"
    );
    assert_eq!(world.store.claim(1_000_000).await, None, "it is done");
}

#[tokio::test(start_paused = true)]
async fn who_has_lost_the_job_lets_go_of_it() {
    let world = World::new(|attempt| if attempt == 0 { Say::Hang } else { Say::Yes });
    world.store.add(ADA, "rent").await;
    let queue = Arc::new(Thief {
        inner: world.store.jobs.clone(),
        answers: Mutex::default(),
    });
    let policy = Policy {
        lease: Duration::from_secs(9),
        limit: Duration::from_secs(3_600),
        ..policy()
    };
    let workers = world.workers(queue.clone(), policy);
    workers.run(time::sleep(Duration::from_secs(60))).await;
    assert_eq!(
        world.ear.alive.load(Ordering::SeqCst),
        0,
        "`extend` has said that the job is lost, so what was begun is dropped: two who do the same work are one too \
         many"
    );
    let answers = queue.answers.lock().expect("no panic").clone();
    assert_eq!(
        answers,
        ["complete 2"],
        "the first attempt was lost, and there is nothing to say about a job that one does not have; the second is \
         completed"
    );
}

#[tokio::test(start_paused = true)]
async fn the_job_of_a_worker_that_crashed_comes_back() {
    let world = World::new(|attempt| if attempt == 0 { Say::Hang } else { Say::Yes });
    world.store.add(ADA, "rent").await;
    let policy = Policy {
        lease: Duration::from_secs(30),
        limit: Duration::from_secs(3_600),
        ..policy()
    };
    let crashing = world.work_for(policy.clone(), Duration::from_secs(3_600));
    let ended = time::timeout(Duration::from_secs(1), crashing).await;
    assert!(ended.is_err(), "the job hangs, so it is still worked on");
    // Everything of it is dropped. What was spawned may need a moment to notice.
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        world.ear.alive.load(Ordering::SeqCst),
        0,
        "the future of the workers was dropped, and a job of theirs still runs: nobody can end it any more"
    );
    world.work_for(policy, Duration::from_secs(60)).await;
    let told = world.told();
    assert_eq!(told.len(), 2, "the job came back once: {told:?}");
    assert!(
        told[0].key == told[1].key && (30_000..=30_500).contains(&told[1].at),
        "with the same key, when the lease of 30 s was over: {told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_ended() {
    let world = World::new(|_| Say::Hang);
    world.store.add(ADA, "rent").await;
    let policy = Policy {
        attempts: 2,
        limit: Duration::from_secs(20),
        first_wait: Duration::from_secs(1),
        ..policy()
    };
    world.work_for(policy, Duration::from_secs(100)).await;
    let times: Vec<u64> = world.told().iter().map(|told| told.at / 1_000).collect();
    assert_eq!(
        (times.as_slice(), world.ear.alive.load(Ordering::SeqCst)),
        ([0, 21].as_slice(), 0),
        "an attempt may take 20 s, the wait after it is 1 s: in which second each attempt has begun, and how many \
         still run"
    );
    let dead = world.dead().await;
    assert!(
        dead.len() == 1 && dead[0].attempts == 2,
        "two attempts have taken too long: {dead:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_stops_finishes_and_begins_nothing() {
    let world = World::new(|_| Say::After(Duration::from_secs(10)));
    for title in ["one", "two", "three"] {
        world.store.add(ADA, title).await;
    }
    let policy = Policy {
        workers: 1,
        ..policy()
    };
    world.work_for(policy, Duration::from_secs(5)).await;
    let stopped = world.begun.elapsed().as_millis();
    assert_eq!(
        (world.told().len(), stopped),
        (1, 10_000),
        "`stop` came at 5 s. The one job that was begun is finished at 10 s, and no other is begun"
    );
    let next = world.store.claimed(stopped as u64).await;
    assert_eq!(
        next.receipt.attempt, 1,
        "nobody has the next job: it does not have to wait until a lease ends"
    );
}

// ── beside the requests ────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn work_in_the_background_is_drained_with_the_requests() {
    let begun = Instant::now();
    let config = Config {
        notice: Duration::from_secs(5),
        drain_timeout: Duration::from_secs(20),
        ..config()
    };
    let (told, mut told_at) = oneshot::channel();
    let application = built(config).await;
    let application = application.with_background("careful", |stopping| async move {
        stopping.await;
        let _ = told.send(begun.elapsed());
        time::sleep(Duration::from_secs(8)).await;
    });
    let ran = application.run_until_stopped(time::sleep(Duration::from_secs(60)));
    ran.await.expect("nothing fails");
    let (told, ended) = (
        told_at.try_recv().map_or(0, |at| at.as_secs()),
        begun.elapsed().as_secs(),
    );
    assert_eq!(
        (told, ended),
        (65, 73),
        "the shutdown came at 60 s. The work goes on while the service still takes requests, is told when it begins \
         to drain, after the notice of 5 s, and gets its 8 s"
    );
}

#[tokio::test(start_paused = true)]
async fn work_that_does_not_end_is_cut() {
    let begun = Instant::now();
    let application = built(hasty()).await;
    let alive = Arc::new(AtomicUsize::new(1));
    let guard = Alive(Arc::clone(&alive));
    let application = application.with_background("stubborn", |_| async move {
        let _guard = guard;
        future::pending().await
    });
    let ran = application.run_until_stopped(time::sleep(Duration::from_secs(60)));
    ran.await.expect("nothing fails");
    assert_eq!(
        (alive.load(Ordering::SeqCst), begun.elapsed().as_secs()),
        (0, 60),
        "drain_timeout is 50 ms. After it work that has not ended is dropped, and is gone when run_until_stopped \
         returns"
    );
}

#[tokio::test(start_paused = true)]
async fn work_that_panics_ends_the_service() {
    let application = built(config()).await;
    let application = application.with_background("fragile", |_| async {
        time::sleep(Duration::from_secs(1)).await;
        panic!("boom");
    });
    let ran = application.run_until_stopped(future::pending());
    let ended = time::timeout(Duration::from_secs(60), ran).await;
    let error = match ended {
        Ok(Err(error)) => error.to_string(),
        other => panic!(
            "a service without its workers takes in what it will never do, and looks healthy. It has to end with an \
             error, so that its supervisor starts it anew: {other:?}"
        ),
    };
    assert!(
        error.contains("fragile"),
        "the error names the work: {error}"
    );
}

// ── the binary ─────────────────────────────────────────────────────────────────────────────────────

#[cfg(unix)]
#[tokio::test]
async fn the_binary_tells_its_log() {
    let mut process = Process::start();
    let address = listening(&mut process);
    let user = signed_in(address).await;
    let told = post(address, &user, "rent", "k").await;
    let told = told.expect("it answers");
    assert_eq!(told, 201, "POST /tasks");
    let line = loop {
        let line = process.next_line();
        if field(&line, "what").is_some() {
            break line;
        }
    };
    let fields = ["what", "task", "version"].map(|name| match field(&line, name) {
        Some(Value::String(text)) => text.clone(),
        other => other.map(Value::to_string).unwrap_or_default(),
    });
    assert_eq!(
        fields,
        ["created", "1", "1"],
        "by default the notice is a line of the log with `what`, `task` and `version`: {line}"
    );
    assert!(process.terminate().success(), "it stops as before");
}

/// Ten times; `CAPSTONE_KILLS` says how often where there is more time.
#[cfg(unix)]
#[tokio::test]
async fn killed_at_any_time_it_loses_and_doubles_nothing() {
    let kills = env::var("CAPSTONE_KILLS").map_or(10, |times| times.parse().expect("a number"));
    let files = Files::new();
    let arguments = [
        "--database",
        &format!("sqlite:{}", files.database.display()),
        "--notices",
        &format!("file:{}", files.notices.display()),
        "--job-lease",
        "20ms",
        "--user-rate",
        "off",
        "--address-rate",
        "off",
    ];
    let mut chance = Chance(0x5eed);
    // The number of the request that comes next, and which of those before it were acknowledged. All of them.
    let (mut posted, mut changed) = (0, BTreeSet::new());
    // With a key of its own each process would ask to sign in anew, and a hash takes longer than it lives.
    let key = [("TASKS_TOKEN_KEYS", "k1:a key of at least thirty-two bytes")];
    let mut process = Process::start_with(&arguments, &key);
    let user = signed_in(listening(&mut process)).await;
    assert!(process.terminate().success(), "it stops as before");
    for _ in 0..kills {
        let mut process = Process::start_with(&arguments, &key);
        let address = listening(&mut process);
        let alive_for = Duration::from_micros(chance.below(20_000));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(alive_for);
            // SIGKILL.
            drop(process);
        });
        // A client that goes on until nobody answers, and begins with the request that was not answered last.
        while let Ok(status) = post(
            address,
            &user,
            &format!("task {posted}"),
            &posted.to_string(),
        )
        .await
        {
            assert_eq!(status, 201, "POST of task {posted}");
            posted += 1;
            if posted % 3 == 0 {
                match patch(address, &user, posted).await {
                    Ok(200) => changed.insert(posted),
                    Ok(status) => {
                        panic!("task {posted} is there and open, and PATCH says {status}")
                    }
                    Err(_) => break,
                };
            }
        }
        killer.join().expect("no panic");
    }

    // What is left to be done is done here, an hour later, when every lease of the killed is over.
    let tasks = SqliteTasks::open(&files.database)
        .await
        .expect("it can be opened");
    let store = Store::new(tasks);
    let notices = FileNotices::open(&files.notices).expect("nobody else has the file any more");
    let idle = Arc::new(Idle {
        inner: store.jobs.clone(),
        out: AtomicUsize::new(0),
        idle: Notify::new(),
    });
    let workers = Workers::new(
        idle.clone(),
        Arc::new(notices),
        Arc::new(AnHourLater),
        Arc::new(SystemDice::default()),
        Policy {
            attempts: u32::MAX,
            ..policy()
        },
    );
    let done = workers.run(idle.idle.notified());
    // Each of them waits for the disk three times, and there may be many.
    let done = time::timeout(Duration::from_secs(20), done).await;
    assert!(done.is_ok(), "after 20 s there are jobs left to be done");

    let mut there = BTreeMap::new();
    let mut after = None;
    loop {
        let page = store.tasks.list(UserId::new(user.number), after, 100).await;
        let page = page.expect("the store works");
        let Some(last) = page.last() else { break };
        after = Some(last.facts().id);
        for task in page {
            let facts = task.facts();
            let before = there.insert(
                facts.title.as_str().to_owned(),
                (facts.id.get(), facts.version),
            );
            assert_eq!(before, None, "there are two of {:?}", facts.title);
        }
    }
    let acknowledged: BTreeSet<String> =
        (0..posted).map(|number| format!("task {number}")).collect();
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|title| !there.contains_key(*title))
        .collect();
    assert_eq!(
        lost,
        Vec::<&String>::new(),
        "of {posted} tasks that were acknowledged, these are not there"
    );
    let mut expected: BTreeMap<(u64, u64), usize> = BTreeMap::new();
    for (id, version) in there.values() {
        assert!(
            *version == 2 || !changed.contains(id),
            "the change of task {id} was acknowledged, and it is of version {version}"
        );
        expected.extend((1..=*version).map(|version| ((*id, version), 1)));
    }
    let mut told: BTreeMap<(u64, u64), usize> = BTreeMap::new();
    let lines = fs::read_to_string(&files.notices).expect("it is there");
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("each line is whole");
        let task = line["task"].as_str().and_then(|task| task.parse().ok());
        let key = (
            task.expect("a task"),
            line["version"].as_u64().expect("a version"),
        );
        *told.entry(key).or_default() += 1;
    }
    // What was in the hands of too many that were killed is set aside. It was told or not, and it is not lost.
    for dead in store.jobs.dead(1_000).await.expect("the store works") {
        let key = (dead.notice.task.get(), dead.notice.version);
        told.entry(key).or_insert(1);
    }
    assert_eq!(
        told, expected,
        "after {kills} kills: how often each version of each task was told or set aside on the left, and on the right \
         what has happened, which is to be told once"
    );
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

/// Long leases and limits, and jobs that are looked for each 250 ms. Tests say what they need otherwise.
fn policy() -> Policy {
    Policy {
        workers: 4,
        lease: Duration::from_secs(30),
        limit: Duration::from_secs(600),
        attempts: 3,
        first_wait: Duration::from_secs(1),
        most_wait: Duration::from_secs(60),
        poll: Duration::from_millis(250),
    }
}

async fn built(config: Config) -> Application {
    let built = Application::build(config, Router::new()).await;
    built.expect("port 0 is always free")
}

/// What there is to be told, and is told here.
async fn told(store: &Store) -> Vec<What> {
    let mut told = Vec::new();
    while let Some(leased) = store.claim(0).await {
        let done = store.jobs.complete(leased.receipt).await;
        assert_eq!(done.expect("the store works"), Held::Kept);
        told.push(leased.notice.what);
    }
    told
}

/// What whoever is told says to it.
#[derive(Debug, Clone, Copy)]
enum Say {
    Yes,
    After(Duration),
    Later,
    Never,
    Panic,
    Hang,
}

/// Workers with a store in memory, and somebody who is told. The clock is tokio's, which is paused.
struct World {
    store: Store,
    ear: Arc<Ear>,
    dice: Arc<Loaded>,
    begun: Instant,
}

#[derive(Debug, Clone)]
struct Told {
    /// Milliseconds after the beginning.
    at: u64,
    key: String,
    notice: Notice,
}

struct Ear {
    begun: Instant,
    /// By the number of the call.
    say: Box<dyn Fn(usize) -> Say + Send + Sync>,
    told: Mutex<Vec<Told>>,
    alive: Arc<AtomicUsize>,
}

impl World {
    fn new(say: impl Fn(usize) -> Say + Send + Sync + 'static) -> Self {
        let begun = Instant::now();
        let ear = Ear {
            begun,
            say: Box::new(say),
            told: Mutex::default(),
            alive: Arc::default(),
        };
        Self {
            store: Store::new(MemoryTasks::default()),
            ear: Arc::new(ear),
            dice: Arc::default(),
            begun,
        }
    }

    fn workers(&self, queue: Arc<dyn JobQueue>, policy: Policy) -> Workers {
        let clock = Arc::new(SinceNoon(self.begun));
        Workers::new(queue, self.ear.clone(), clock, self.dice.clone(), policy)
    }

    async fn work_for(&self, policy: Policy, time: Duration) {
        let workers = self.workers(self.store.jobs.clone(), policy);
        let run = workers.run(time::sleep(time));
        let day = Duration::from_secs(24 * 3600);
        let ended = time::timeout(day, run).await;
        assert!(
            ended.is_ok(),
            "`stop` has completed, and a day later the workers have not come to an end"
        );
    }

    fn told(&self) -> Vec<Told> {
        self.ear.told.lock().expect("no panic").clone()
    }

    async fn dead(&self) -> Vec<DeadJob> {
        self.store.jobs.dead(10).await.expect("the store works")
    }
}

impl Notifier for Ear {
    fn notify<'a>(&'a self, key: &'a str, notice: &'a Notice) -> Delivery<'a> {
        let number = {
            let mut told = self.told.lock().expect("no panic");
            told.push(Told {
                at: self.begun.elapsed().as_millis() as u64,
                key: key.to_owned(),
                notice: notice.clone(),
            });
            told.len() - 1
        };
        self.alive.fetch_add(1, Ordering::SeqCst);
        let alive = Alive(Arc::clone(&self.alive));
        Box::pin(async move {
            let _alive = alive;
            match (self.say)(number) {
                Say::Yes => Ok(()),
                Say::After(time) => {
                    time::sleep(time).await;
                    Ok(())
                }
                Say::Later => Err(Undelivered::Later("the line is cut".into())),
                Say::Never => Err(Undelivered::Never("no such address".into())),
                Say::Panic => panic::resume_unwind(Box::new("boom")),
                Say::Hang => future::pending().await,
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

/// Noon, and then tokio's clock.
struct SinceNoon(Instant);

impl Clock for SinceNoon {
    fn now(&self) -> Timestamp {
        at(self.0.elapsed().as_millis() as u64)
    }
}

struct AnHourLater;

impl Clock for AnHourLater {
    fn now(&self) -> Timestamp {
        let now = capstone::adapters::SystemClock.now();
        Timestamp::from_millis(now.millis() + 3_600_000)
    }
}

/// Dice that show the most, and remember what that was.
#[derive(Default)]
struct Loaded {
    limits: Mutex<Vec<Duration>>,
}

impl Dice for Loaded {
    fn up_to(&self, limit: Duration) -> Duration {
        self.limits.lock().expect("no panic").push(limit);
        limit
    }
}

/// A queue in which nobody keeps a job for longer than the lease with which it was claimed.
struct Thief {
    inner: Arc<dyn JobQueue>,
    answers: Mutex<Vec<String>>,
}

impl Thief {
    fn note(&self, answer: &str, receipt: Receipt) {
        let answer = format!("{answer} {}", receipt.attempt);
        self.answers.lock().expect("no panic").push(answer);
    }
}

impl JobQueue for Thief {
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>> {
        self.inner.claim(now, until)
    }

    fn extend(&self, _: Receipt, _: Timestamp) -> Pending<'_, Held> {
        Box::pin(future::ready(Ok(Held::Lost)))
    }

    fn complete(&self, receipt: Receipt) -> Pending<'_, Held> {
        self.note("complete", receipt);
        self.inner.complete(receipt)
    }

    fn retry(&self, receipt: Receipt, due: Timestamp, reason: String) -> Pending<'_, Held> {
        self.note("retry", receipt);
        self.inner.retry(receipt, due, reason)
    }

    fn bury(&self, receipt: Receipt, reason: String) -> Pending<'_, Held> {
        self.note("bury", receipt);
        self.inner.bury(receipt, reason)
    }

    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>> {
        self.inner.dead(limit)
    }
}

/// A queue that says when everything is done.
struct Idle {
    inner: Arc<dyn JobQueue>,
    out: AtomicUsize,
    idle: Notify,
}

impl Idle {
    fn answered<'a>(&'a self, answer: Pending<'a, Held>) -> Pending<'a, Held> {
        Box::pin(async move {
            let held = answer.await;
            self.out.fetch_sub(1, Ordering::SeqCst);
            held
        })
    }
}

impl JobQueue for Idle {
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>> {
        Box::pin(async move {
            let claimed = self.inner.claim(now, until).await?;
            match &claimed {
                Some(_) => {
                    self.out.fetch_add(1, Ordering::SeqCst);
                }
                None if self.out.load(Ordering::SeqCst) == 0 => self.idle.notify_one(),
                None => {}
            }
            Ok(claimed)
        })
    }

    fn extend(&self, receipt: Receipt, until: Timestamp) -> Pending<'_, Held> {
        self.inner.extend(receipt, until)
    }

    fn complete(&self, receipt: Receipt) -> Pending<'_, Held> {
        self.answered(self.inner.complete(receipt))
    }

    fn retry(&self, receipt: Receipt, due: Timestamp, reason: String) -> Pending<'_, Held> {
        self.answered(self.inner.retry(receipt, due, reason))
    }

    fn bury(&self, receipt: Receipt, reason: String) -> Pending<'_, Held> {
        self.answered(self.inner.bury(receipt, reason))
    }

    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>> {
        self.inner.dead(limit)
    }
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64, by Steele, Lea and Flood.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Where a process that has begun listens.
fn listening(process: &mut Process) -> SocketAddr {
    let first = process.next_line();
    let port = field(&first, "port").and_then(Value::as_u64).unwrap_or(0);
    ([127, 0, 0, 1], u16::try_from(port).unwrap_or(0)).into()
}

/// The status, or an error if nobody answers.
async fn post(address: SocketAddr, user: &User, title: &str, key: &str) -> std::io::Result<u16> {
    let body = json!({"title": title}).to_string();
    let who = &user.header;
    let head = format!("POST /tasks HTTP/1.1\r\n{who}idempotency-key: {key}\r\n");
    send(address, head, &body).await
}

async fn patch(address: SocketAddr, user: &User, task: u64) -> std::io::Result<u16> {
    let head = format!("PATCH /tasks/{task} HTTP/1.1\r\n{}", user.header);
    send(address, head, r#"{"step": "start"}"#).await
}

async fn send(address: SocketAddr, head: String, body: &str) -> std::io::Result<u16> {
    let text = format!(
        "{head}host: test\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = within("an answer or the end", exchange(address, text)).await?;
    Ok(answer.status)
}

/// Files that go with the test.
struct Files {
    folder: PathBuf,
    database: PathBuf,
    notices: PathBuf,
}

impl Files {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("capstone-jobs-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("there is a place for temporary files");
        Self {
            database: folder.join("tasks.db"),
            notices: folder.join("notices.jsonl"),
            folder,
        }
    }

    async fn open(&self) -> Store {
        let opened = within("SqliteTasks::open", SqliteTasks::open(&self.database)).await;
        match opened {
            Ok(store) => Store::new(store),
            Err(error) => panic!(
                "the file can be opened; {}",
                capstone::telemetry::chain(&error)
            ),
        }
    }

    /// As someone else sees it.
    fn sql(&self) -> Connection {
        Connection::open(&self.database).expect("it can be opened")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
