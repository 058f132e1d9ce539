//! How the service says that it is, and how it ends.

#[path = "support/api.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod api;
#[path = "support/lines.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod lines;
#[path = "support/observe.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod observe;
#[path = "support/operate.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod operate;
#[path = "support/queue.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod queue;
#[path = "support/socket.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod socket;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use capstone::adapters::{MemoryTasks, SingleUser, SystemClock, SystemDice};
use capstone::domain::{Notice, Title, UserId};
use capstone::jobs::{self, Workers};
use capstone::ports::{Clock, Delivery, JobQueue, Notifier, Pending, Since, UpdateLog};
use capstone::readiness;
use capstone::tasks::Tasks;
use capstone::{Application, Config, Cuts, Step, Stopping, Turn, http, live, telemetry};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{self, Instant};

use observe::Scrape;
use operate::{
    Binary, CAUSE, Frozen, How, Kept, Plant, Running, SECOND, SinceNoon, in_real_time, policy,
    settled,
};
use queue::{ADA, Store, at};
use socket::{Client, Frame};
use support::{Gate, HOUR, config, field};

// ── how it is ──────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn liveness_asks_nobody() {
    let plant = Plant::where_all(How::Hangs, policy(), true);
    for _ in 0..30 {
        let asked = Instant::now();
        let live = plant.ask("/health/live").await;
        assert_eq!(
            (live.status, live.body, asked.elapsed()),
            (200, json!({"status": "alive"}), Duration::ZERO),
            "no dependency answers, and the process is as well as it was. Who is not alive is killed and started again: all \
             instances at once, over and over, and the database has them all at its door when it comes back"
        );
        time::sleep(SECOND).await;
    }
}

#[tokio::test(start_paused = true)]
async fn readiness_knows_its_store() {
    let plant = Plant::start(policy());
    let told = plant.ready().await;
    assert_eq!(
        (told.status, told.body),
        (
            200,
            json!({"status": "ready", "checks": {"store": "up", "cache": "up", "jobs": "up"}})
        ),
        "all of them answer. The first question waits for the first look, so that a service that has just been started is \
         not taken for one that is not ready"
    );
    for how in [How::Fails, How::Hangs] {
        plant.store.is(how);
        let why = format!("from now on the store is one that {how:?}");
        let told = plant.turns(503, "unavailable", &why).await;
        assert_eq!(
            told.body["checks"],
            json!({"store": "away", "cache": "up", "jobs": "up"}),
            "and says which of them it is"
        );
        plant.store.is(How::Well);
        plant.turns(200, "ready", "the store is well again").await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_its_cache_it_is_ready_and_says_so() {
    let plant = Plant::start(policy());
    plant.turns(200, "ready", "all is well").await;
    for how in [How::Fails, How::Hangs] {
        plant.cache.is(how);
        let why = format!(
            "the cache is one that {how:?}. Every request can be answered without it, and so it can by no other instance: \
             who is taken out for it leaves its load to the others, until none is left"
        );
        let told = plant.turns(200, "degraded", &why).await;
        assert_eq!(
            told.body["checks"],
            json!({"store": "up", "cache": "away", "jobs": "up"}),
            "and says which of them it is"
        );
        plant
            .stays(200, 20 * SECOND, "only the cache is away")
            .await;
        plant.cache.is(How::Well);
        plant.turns(200, "ready", "the cache is well again").await;
    }
}

#[tokio::test(start_paused = true)]
async fn late_jobs_are_told_and_take_nobody_out() {
    let plant = Plant::start(policy());
    plant.queue.oldest(Some(at(0)));
    plant
        .stays(200, 50 * SECOND, "no job is older than a minute")
        .await;
    assert_eq!(
        plant.ready().await.body["status"],
        "ready",
        "50 s are no minute"
    );
    time::sleep(15 * SECOND).await;
    let told = plant
        .turns(200, "degraded", "a job was left more than a minute ago")
        .await;
    assert_eq!(
        told.body["checks"],
        json!({"store": "up", "cache": "up", "jobs": "late"}),
        "jobs are late. Requests are answered all the same, and to take none would not make the workers faster"
    );
    plant.queue.is(How::Fails);
    let why = "the queue does not say how it is";
    while plant.ready().await.body["checks"]["jobs"] != "away" {
        plant.stays(200, SECOND, why).await;
        assert!(plant.begun.elapsed() < 120 * SECOND, "{why}: not `away`");
    }
    plant.queue.is(How::Well);
    plant.queue.oldest(None);
    plant.turns(200, "ready", "there is no job any more").await;
    plant.queue.oldest(Some(at(0)));
    plant.queue.next(&[How::Fails, How::Well].repeat(10));
    let why = "a job is late, and every other look at the queue fails: no two in a row see the same, and none sees `up`";
    plant.turns(200, "degraded", why).await;
}

#[tokio::test(start_paused = true)]
async fn a_job_of_in_an_hour_is_not_late() {
    let plant = Plant::start(policy());
    plant.turns(200, "ready", "all is well").await;
    plant.queue.oldest(Some(at(3_600_000)));
    while plant.begun.elapsed() < 20 * SECOND {
        assert_eq!(
            plant.ready().await.body["checks"]["jobs"],
            "up",
            "the only job was left at 13:00, by a clock that was set back to noon since. It has waited for no time at all"
        );
        time::sleep(SECOND).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_hangs_holds_up_no_probe_and_no_other_check() {
    let plant = Plant::where_all(How::Hangs, policy(), true);
    let told = plant.ready().await;
    assert_eq!(
        told.status, 503,
        "nobody has heard of the store yet: {}",
        told.body
    );
    let why = "the store has never answered";
    plant.turns(503, "unavailable", why).await;
    plant.store.is(How::Well);
    let why =
        "the store is there, while cache and queue hang: each of them is looked at for itself";
    let told = plant.turns(200, "degraded", why).await;
    assert_eq!(
        told.body["checks"],
        json!({"store": "up", "cache": "away", "jobs": "away"})
    );
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_probes_is_no_load() {
    for how in [How::Well, How::Fails, How::Hangs] {
        let plant = Plant::where_all(how, policy(), true);
        let since = Instant::now();
        while since.elapsed() < 30 * SECOND {
            let together = (0..8).map(|_| plant.ready());
            futures_util::future::join_all(together).await;
            time::sleep(Duration::from_millis(100)).await;
        }
        for (name, fake) in [
            ("store", &plant.store),
            ("cache", &plant.cache),
            ("queue", &plant.queue),
        ] {
            assert!(
                fake.asked() <= 32 && fake.most() <= 1,
                "in 30 s some 2,400 have asked whether the service is ready, and the {name}, which {how:?}, was asked {} \
                 times, and {} times at once. It is looked at each second, by one: whoever can reach `/health/ready` could \
                 take the connections from those who have something to do",
                fake.asked(),
                fake.most()
            );
        }
        assert!(
            plant.store.asked() >= 5,
            "and still it has to be looked at: {} times in 30 s",
            plant.store.asked()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn one_failure_is_no_outage_and_one_answer_no_recovery() {
    let plant = Plant::start(policy());
    plant.turns(200, "ready", "all is well").await;
    let (well, fails) = (How::Well, How::Fails);
    plant.store.next(&[fails, well, fails, well, well, fails]);
    while !plant.store.has_seen_all() {
        plant
            .stays(
                200,
                SECOND,
                "every other look at the store has failed, and never two in a row. An instance that is taken out and put \
                 back each second is worse than one that fails now and then",
            )
            .await;
    }
    plant.store.next(&[well, well]);
    plant.stays(200, 5 * SECOND, "the store is well").await;

    plant.store.is(fails);
    plant
        .turns(503, "unavailable", "the store fails each time")
        .await;
    plant.store.next(&[well, fails, well, fails]);
    while !plant.store.has_seen_all() {
        plant
            .stays(
                503,
                SECOND,
                "the store was away, and every other look at it goes well. Two in a row make it well, as two in a row have \
                 made it away",
            )
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn callers_get_a_word_and_operators_the_cause() {
    let log = support::Log::default();
    let to = log.clone();
    let subscriber = telemetry::subscriber(move || to.clone());
    let _logging = tracing::subscriber::set_default(subscriber);
    let plant = Plant::start(policy());
    plant.turns(200, "ready", "all is well").await;
    plant.store.is(How::Fails);
    plant.turns(503, "unavailable", "the store fails").await;
    plant.stays(503, 20 * SECOND, "the store fails").await;
    let told = plant.ready().await;
    assert_eq!(
        told.body,
        json!({"status": "unavailable", "checks": {"store": "away", "cache": "up", "jobs": "up"}}),
        "the store has said `{CAUSE}`. Of that the answer has a word of ours, and nothing else: strangers can read it"
    );
    let of_store: Vec<_> = log
        .lines()
        .into_iter()
        .filter(|line| field(line, "dependency").is_some_and(|name| name == "store"))
        .collect();
    let with_cause = of_store
        .iter()
        .filter(|line| field(line, "error").is_some_and(|error| error.to_string().contains(CAUSE)));
    assert_eq!(
        (of_store.len(), with_cause.count()),
        (2, 1),
        "the store was there at first, and was away from then on. Of each change the log has one line with `dependency`, and \
         of that for the worse the cause, in `error`. Not one with each look:\n{}",
        support::listed(&of_store)
    );
    let scrape = Scrape::read(&plant.metrics.render());
    for (name, value) in [("store", 0.0), ("cache", 1.0), ("jobs", 1.0)] {
        let series = format!("dependency_up{{dependency=\"{name}\"}}");
        assert_eq!(
            scrape.get(&series),
            Some(value),
            "an alert needs a series, and `{series}` is not {value} in:\n{}",
            scrape.text
        );
    }
}

// ── how it ends ────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn who_honours_readiness_loses_nothing() {
    let frozen = Frozen::new();
    let gate = Gate::default();
    let config = Config {
        notice: 30 * SECOND,
        drain_timeout: HOUR,
        ..config()
    };
    let routes = gate
        .routes()
        .route("/hello", get(async || "hello"))
        .route("/gone", get(async || axum::http::StatusCode::NOT_FOUND));
    let mut service = Running::start(config, routes, |it| it).await;
    let address = service.address;
    let mut kept = Kept::to(address).await;
    let mut idle = Kept::to(address).await;
    for connection in [&mut kept, &mut idle] {
        for _ in 0..2 {
            let answer = connection.ask("/hello").await.expect("it serves");
            assert!(
                answer.status == 200 && !answer.is_last,
                "it serves, and connections are kept: {answer:?}"
            );
        }
    }
    let slow = tokio::spawn(async move {
        let mut connection = Kept::to(address).await;
        connection.ask("/gate/1").await
    });
    in_real_time("a handler to begin", gate.begun(1)).await;

    service.stop();
    service.says(503).await;
    // Nobody has had time to notice: the clock stands still.
    let answer = kept.ask("/hello").await.expect("an answer");
    assert_eq!(
        answer.status, 200,
        "readiness says no, and this client has not been told yet: it is served"
    );
    assert!(
        answer.is_last && kept.ends().await,
        "the service is about to stop, and has let a client go on with a connection that is going to be closed. The next \
         request on it may meet the close, and nobody knows then whether it was done. `connection: close` with the answer, \
         and the client opens the next one elsewhere"
    );
    let answer = Kept::to(address).await.ask("/gone").await;
    let answer = answer.expect("during the notice connections are taken");
    assert!(
        answer.status == 404 && answer.is_last,
        "also where the answer is none that a handler of ours makes: {answer:?}"
    );

    time::advance(30 * SECOND).await;
    service.refuses().await;
    assert!(
        idle.ends().await,
        "the notice is over, and an idle connection is not waited for"
    );
    gate.open(1);
    let answer = in_real_time("the answer", slow).await.expect("no panic");
    assert!(
        answer.as_ref().is_some_and(|answer| answer.status == 200),
        "a request that was in flight is answered: {answer:?}"
    );
    let report = service.report().await;
    assert_eq!(
        (report.cut, report.sockets_cut, report.jobs_cut),
        (0, 0, 0),
        "and nothing was cut: {report:?}"
    );
    drop(frozen);
}

#[tokio::test]
async fn each_has_its_turn_when_the_one_before_has_ended() {
    let gate = Gate::default();
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = |name: &'static str, go: oneshot::Receiver<()>| {
        let told = Arc::clone(&told);
        move |turn: Turn| async move {
            turn.stopping.await;
            told.lock().expect("no panic").push(name);
            let _ = go.await;
        }
    };
    let (sockets_go, sockets) = oneshot::channel();
    let (jobs_go, jobs) = oneshot::channel();
    let patient = Config {
        drain_timeout: HOUR,
        ..config()
    };
    // In another order than that of their turns.
    let mut service = Running::start(patient, gate.routes(), |application| {
        application
            .with_step(Step::Jobs, telling("jobs", jobs))
            .with_step(Step::Sockets, telling("sockets", sockets))
    })
    .await;
    let address = service.address;
    let asked = tokio::spawn(async move { Kept::to(address).await.ask("/gate/1").await });
    in_real_time("a handler to begin", gate.begun(1)).await;
    service.stop();
    service.refuses().await;
    let now = || told.lock().expect("no panic").clone();
    settled().await;
    assert_eq!(
        now(),
        [""; 0],
        "no connection is taken any more, and a request is in flight. What it changes is to be shown to those who watch, and \
         leaves a job: both go on"
    );
    gate.open(1);
    asked.await.expect("no panic").expect("an answer");
    in_real_time("sockets to have their turn", async {
        while now().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    settled().await;
    assert_eq!(
        now(),
        ["sockets"],
        "the last request is answered, so sockets take leave; jobs have their turn after them"
    );
    sockets_go.send(()).expect("somebody waits");
    in_real_time("jobs to have their turn", async {
        while now().len() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    jobs_go.send(()).expect("somebody waits");
    let report = service.report().await;
    assert_eq!((now(), report.cut), (vec!["sockets", "jobs"], 0));
}

#[tokio::test]
async fn who_watches_sees_the_last_change_and_then_the_goodbye() {
    let store = Arc::new(MemoryTasks::default());
    let tasks = Tasks::new(store.clone(), Arc::new(SystemClock));
    let (begun, open) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (says, waits, changes) = (begun.clone(), open.clone(), tasks.clone());
    let change = async move || {
        says.add_permits(1);
        waits.acquire().await.expect("it stays").forget();
        let title = Title::parse("the last one").expect("a title");
        let created = changes.create(UserId::new(ADA), title, None).await;
        created.expect("the store works");
        "done"
    };
    let callers = Arc::new(SingleUser);
    // So that nobody hears of the change by chance before the goodbye.
    let seldom = live::Policy {
        poll: HOUR,
        ..live::Policy::default()
    };
    let (door, sockets) = live::open(Arc::new(Unannounced(store)), callers.clone(), seldom);
    let routes = http::Routes::new(tasks, callers)
        .updates(door)
        .with(Router::new().route("/change", get(change)))
        .router();
    let patient = Config {
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Running::start(patient, routes, |application| {
        application.with_step(Step::Sockets, |turn| sockets.drained(turn))
    })
    .await;
    let address = service.address;
    let mut socket = watching(&service).await;
    let asked = tokio::spawn(async move { Kept::to(address).await.ask("/change").await });
    let waiting = begun.acquire();
    in_real_time("a handler to begin", waiting)
        .await
        .expect("it stays")
        .forget();
    service.stop();
    service.refuses().await;
    settled().await;
    open.add_permits(1);
    asked.await.expect("no panic").expect("an answer");
    let (seen, end) = socket.rest().await;
    assert!(
        seen.len() == 1 && matches!(&end, Frame::Close(1001, reason) if !reason.is_empty()),
        "a request was in flight when the drain began, and has made a change. Who watches is shown it, and told after it that \
         the service goes away, with 1001 and a reason, also if nobody has announced it yet. They were shown {seen:?}, and then {end:?}"
    );
    socket.close().await;
    let report = service.report().await;
    assert_eq!((report.cut, report.sockets_cut), (0, 0), "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn a_log_that_hangs_holds_up_no_goodbye() {
    let frozen = Frozen::new();
    let store = Arc::new(MemoryTasks::default());
    let tasks = Tasks::new(store.clone(), Arc::new(SystemClock));
    let callers = Arc::new(SingleUser);
    let log = Arc::new(Stuck::new(store));
    let seldom = live::Policy {
        poll: HOUR,
        ..live::Policy::default()
    };
    let (door, sockets) = live::open(log.clone(), callers.clone(), seldom);
    let routes = http::Routes::new(tasks, callers).updates(door).router();
    let patient = Config {
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Running::start(patient, routes, |application| {
        application.with_step(Step::Sockets, |turn| sockets.drained(turn))
    })
    .await;
    let mut socket = in_real_time("a socket", watching(&service)).await;
    log.hangs();
    service.stop();
    in_real_time("the log to be asked for the last change", log.asked()).await;
    time::advance(SECOND).await;
    let what = "a socket to be closed whose log has not answered for a second, which is all that it has for that";
    let (seen, end) = in_real_time(what, socket.rest()).await;
    assert!(
        seen.is_empty() && matches!(&end, Frame::Close(1001, reason) if !reason.is_empty()),
        "there is an hour for all to end, and for what a socket is still shown there is a second of it. It was shown \
         {seen:?}, and then {end:?}"
    );
    socket.close().await;
    let report = service.report().await;
    assert_eq!((report.cut, report.sockets_cut), (0, 0), "{report:?}");
    drop(frozen);
}

#[tokio::test(start_paused = true)]
async fn there_is_one_deadline_for_all_of_it() {
    // How long sockets and jobs take from when they are told; when jobs are told, when there is no more time, and the end.
    let never = HOUR;
    for (sockets, jobs, told_at, cut_at, ended_at) in [
        (5 * SECOND, 10 * SECOND, 65, None, 75),
        (5 * SECOND, never, 65, Some(80), 80),
        (never, never, 80, Some(80), 80),
    ] {
        let begun = Instant::now();
        let config = Config {
            drain_timeout: 20 * SECOND,
            ..config()
        };
        let (jobs_told, mut told) = oneshot::channel();
        let (jobs_cut, mut cut) = oneshot::channel();
        let built = Application::build(config, Router::new()).await;
        let application = built
            .expect("port 0 is free")
            .with_step(Step::Sockets, |turn| async move {
                turn.stopping.await;
                time::sleep(sockets).await;
            })
            .with_step(Step::Jobs, |turn| async move {
                turn.stopping.await;
                let _ = jobs_told.send(begun.elapsed().as_secs());
                tokio::select! {
                    () = time::sleep(jobs) => {}
                    () = turn.cutting => {
                        let _ = jobs_cut.send(begun.elapsed().as_secs());
                    }
                }
            });
        let ran = application.run_until_stopped(time::sleep(60 * SECOND));
        ran.await.expect("nothing fails");
        assert_eq!(
            (
                told.try_recv().ok(),
                cut.try_recv().ok(),
                begun.elapsed().as_secs()
            ),
            (Some(told_at), cut_at, ended_at),
            "the shutdown came at 60 s, with 20 s to drain. Sockets take {sockets:?} and jobs {jobs:?} from when they are \
             told. When were jobs told to end, when that there is no more time, and when has all of it ended? Who takes too \
             long takes it from those who come after; they are told all the same"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_cut_is_given_back() {
    let store = Store::new(MemoryTasks::default());
    for title in ["quick", "slow", "endless"] {
        store.add(ADA, title).await;
    }
    let begun = Instant::now();
    let takes = [6 * SECOND, 7 * SECOND, HOUR];
    let workers = workers(
        store.jobs.clone(),
        Arc::new(Slow::new(&takes)),
        Arc::new(SinceNoon(begun)),
    );
    let cuts = Cuts::default();
    let turn = Turn {
        stopping: after(5 * SECOND),
        cutting: after(10 * SECOND),
        cuts: cuts.clone(),
    };
    let ran = time::timeout(HOUR / 2, workers.drained(turn)).await;
    assert!(
        ran.is_ok(),
        "there was no more time at 10 s, and half an hour later the workers are still there"
    );
    let (ended, left) = (begun.elapsed(), store.jobs.backlog().await);
    let left = left.expect("the store works").expect("it knows");
    assert_eq!(
        (ended, left.waiting, cuts.count()),
        (10 * SECOND, 1, 1),
        "three jobs were begun. At 5 s their turn came: none is begun any more. Two were done at 6 and 7 s. At 10 s there was \
         no more time for the third: when has `drained` returned, how many jobs are left, and how many were counted as cut?"
    );
    let Some(again) = store.claim(10_000).await else {
        panic!(
            "the job that was cut is nobody's, and nobody gets it: its lease was for 30 s from 10 s on. After each deployment \
             customers wait for the rest of a lease, because nobody has given it back"
        );
    };
    assert_eq!(
        again.receipt.attempt, 2,
        "what was begun has cost an attempt, since nobody knows how much of it has happened"
    );
}

#[tokio::test]
async fn told_again_it_stops_at_once_and_says_what_it_has_cut() {
    let gate = Gate::default();
    let store = Arc::new(MemoryTasks::default());
    let tasks = Tasks::new(store.clone(), Arc::new(SystemClock));
    let callers = Arc::new(SingleUser);
    let (door, sockets) = live::open(store.clone(), callers.clone(), live::Policy::default());
    let routes = http::Routes::new(tasks.clone(), callers)
        .updates(door)
        .router();
    let ear = Arc::new(Slow::new(&[HOUR]));
    let workers = workers(store.clone(), ear.clone(), Arc::new(SystemClock));
    let patient = Config {
        notice: HOUR,
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Running::start(patient, routes.merge(gate.routes()), |application| {
        application
            .with_step(Step::Sockets, |turn| sockets.drained(turn))
            .with_step(Step::Jobs, |turn| workers.drained(turn))
    })
    .await;
    let address = service.address;
    let mut socket = watching(&service).await;
    let title = Title::parse("rent").expect("a title");
    let created = tasks.create(UserId::new(ADA), title, None).await;
    created.expect("the store works");
    in_real_time("a job to be begun", ear.begun()).await;
    let asked = tokio::spawn(async move { Kept::to(address).await.ask("/gate/1").await });
    in_real_time("a handler to begin", gate.begun(1)).await;

    service.stop();
    service.says(503).await;
    // There are two hours left. Somebody does not want to wait for them.
    service.hurry();
    let answer = in_real_time("the request to be cut", asked).await;
    let answer = answer.expect("no panic");
    assert!(
        answer.as_ref().is_some_and(|answer| answer.status == 503),
        "the request is cut, and its client told: {answer:?}"
    );
    let (_, end) = socket.rest().await;
    assert!(
        matches!(end, Frame::Close(1001, _)),
        "a socket's turn has not come, because a request was in flight to the end. It is told that the service goes away all \
         the same, and is not a connection that breaks: {end:?}"
    );
    let report = service.report().await;
    assert_eq!(
        (report.cut, report.sockets_cut, report.jobs_cut),
        (1, 1, 1),
        "a request, a socket whose peer has not answered, and a job were cut; the report counts each of them"
    );
    let lines = service.log.lines();
    let last = lines.last().expect("it has a log");
    let count = |name: &str| field(last, name).and_then(serde_json::Value::as_u64);
    assert_eq!(
        (count("cut"), count("sockets_cut"), count("jobs_cut")),
        (Some(1), Some(1), Some(1)),
        "so does the last line of the log: {last}"
    );
    let now = SystemClock.now();
    let again = store.claim(now, now).await.expect("the store works");
    assert!(
        again.is_some_and(|leased| leased.receipt.attempt == 2),
        "and the job is anybody's at once"
    );
}

#[tokio::test(start_paused = true)]
async fn the_pool_is_closed_when_nobody_has_a_connection() {
    let world = lines::World::new();
    let pool = world.pool(3, 10 * SECOND);
    let (first, second) = (
        lines::lent(&pool, "one is free").await,
        lines::lent(&pool, "another is free").await,
    );
    second.give_back();
    let begun = Instant::now();
    let closing = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move {
            pool.close().await;
            begun.elapsed()
        })
    };
    time::sleep(SECOND).await;
    let asked = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.lend().await.is_err() && begun.elapsed() <= 5 * SECOND })
    };
    time::sleep(3 * SECOND).await;
    assert!(
        !closing.is_finished(),
        "somebody has a connection, and something on it that is not finished: it is waited for"
    );
    first.give_back();
    let closed_at = closing.await.expect("no panic");
    assert_eq!(
        (closed_at, world.alive()),
        (4 * SECOND, 0),
        "the last one was given back at 4 s. When has `close` returned, and how many connections are left?"
    );
    assert!(
        asked.await.expect("no panic") && pool.lend().await.is_err(),
        "who has asked since then, and who asks now, gets none, and does not wait until their patience ends"
    );
    assert_eq!(
        (world.alive(), world.made()),
        (0, 2),
        "and none was made for them"
    );
}

// ── the program ────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_settings_are_checked() {
    let load = |flags: &[&str]| {
        let flags: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
        Config::load(&flags, &[], |_| Err(std::io::Error::other("there is none")))
    };
    let usual = load(&[]).expect("nothing is wrong");
    assert_eq!(
        (usual.health_every, usual.jobs_late_after),
        (SECOND, 300 * SECOND),
        "what is so if nobody says anything"
    );
    let looks = readiness::Policy::default();
    assert_eq!(
        (
            looks.every,
            looks.patience,
            looks.turns,
            looks.jobs_late_after
        ),
        (SECOND, 2 * SECOND, 2, 300 * SECOND),
        "how dependencies are looked at if nobody says anything"
    );
    let set = load(&["--health-every", "5s", "--jobs-late-after", "1h"]);
    let set = set.expect("nothing is wrong");
    assert_eq!((set.health_every, set.jobs_late_after), (5 * SECOND, HOUR));
    for wrong in [
        ["--health-every", "0s"],
        ["--health-every", "often"],
        ["--jobs-late-after", "0m"],
    ] {
        let refused = load(&wrong).expect_err("it is wrong");
        assert!(
            refused.to_string().contains(wrong[0]),
            "{wrong:?} is refused by name: {refused}"
        );
    }
}

#[cfg(unix)]
#[test]
fn the_binary_knows_its_dependencies() {
    let service = Binary::start(&["--cache", "memory:10"], None);
    let (status, told) = service.known();
    assert_eq!(
        (status, &told["checks"]),
        (200, &json!({"store": "up", "cache": "up", "jobs": "up"})),
        "store, cache and queue are in memory, and there: {told}"
    );
    // Free a moment ago, and nobody's.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
    let url = format!("postgres://ada:swordfish@{}/tasks", nobody.expect("a port"));
    let service = Binary::start(&[], Some(&url));
    let (status, told) = service.known();
    assert_eq!(
        (status, &told["checks"]["store"]),
        (503, &json!("away")),
        "its database is away, and the service can answer no request: {told}"
    );
    assert!(
        !told.to_string().contains("swordfish"),
        "the password is nobody's who asks: {told}"
    );
    let (status, live) = service.get("/health/live");
    assert_eq!(
        status, 200,
        "to start it again does not bring the database: {live}"
    );
}

#[cfg(unix)]
#[test]
fn the_binary_hears_a_second_signal() {
    let flags = ["--notice", "1h", "--drain-timeout", "1h", "--grace", "3h"];
    let mut service = Binary::start(&flags, None);
    service.terminate();
    service.line("not ready, still serving");
    let (status, told) = service.get("/health/ready");
    assert_eq!(
        (status, &told["status"]),
        (503, &json!("draining")),
        "one SIGTERM, and it says no for an hour: {told}"
    );
    service.terminate();
    let last = service.line("stopped");
    assert!(
        field(&last, "jobs_cut").is_some(),
        "the last line counts what was cut: {last}"
    );
    let ended = service.ended();
    assert!(
        ended.success(),
        "and that is an end in order, only a quick one: {ended}"
    );
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

fn after(time: Duration) -> Stopping {
    Box::pin(time::sleep(time))
}

/// A socket that has heard where it begins.
async fn watching(service: &Running) -> Client<TcpStream> {
    let stream = TcpStream::connect(service.address)
        .await
        .expect("it listens");
    let socket = Client::open(stream, "/updates", &[]).await;
    let mut socket = socket.expect("everybody is let in").waiting(socket::LONG);
    socket.hello().await;
    socket
}

/// A log that has what happens, and never says that something has.
struct Unannounced(Arc<MemoryTasks>);

impl UpdateLog for Unannounced {
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>> {
        self.0.last(owners)
    }

    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since> {
        self.0.since(owner, after, limit)
    }
}

/// A log that does not answer any more, from when it is told so.
struct Stuck {
    inner: Arc<MemoryTasks>,
    hangs: AtomicBool,
    asked: Semaphore,
}

impl Stuck {
    fn new(inner: Arc<MemoryTasks>) -> Self {
        Self {
            inner,
            hangs: AtomicBool::new(false),
            asked: Semaphore::new(0),
        }
    }

    fn hangs(&self) {
        self.hangs.store(true, Ordering::SeqCst);
    }

    /// Completes when it has been asked since then.
    async fn asked(&self) {
        let asked = self.asked.acquire().await;
        asked.expect("it stays").forget();
    }

    fn unless_stuck<'a, T: Send + 'a>(&'a self, answer: Pending<'a, T>) -> Pending<'a, T> {
        if !self.hangs.load(Ordering::SeqCst) {
            return answer;
        }
        Box::pin(async {
            self.asked.add_permits(1);
            future::pending().await
        })
    }
}

impl UpdateLog for Stuck {
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>> {
        self.unless_stuck(self.inner.last(owners))
    }

    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since> {
        self.unless_stuck(self.inner.since(owner, after, limit))
    }
}

fn workers(queue: Arc<dyn JobQueue>, ear: Arc<Slow>, clock: Arc<dyn Clock>) -> Workers {
    let policy = jobs::Policy {
        limit: 2 * HOUR,
        poll: Duration::from_millis(5),
        ..jobs::Policy::default()
    };
    Workers::new(queue, ear, clock, Arc::new(SystemDice::default()), policy)
}

/// Somebody who takes so long to be told, each time.
struct Slow {
    takes: Mutex<Vec<Duration>>,
    begun: Semaphore,
}

impl Slow {
    fn new(takes: &[Duration]) -> Self {
        let takes = takes.iter().rev().copied().collect();
        Self {
            takes: Mutex::new(takes),
            begun: Semaphore::new(0),
        }
    }

    /// Completes when somebody is being told.
    async fn begun(&self) {
        let begun = self.begun.acquire().await;
        begun.expect("it stays").forget();
    }
}

impl Notifier for Slow {
    fn notify<'a>(&'a self, _: &'a str, _: &'a Notice) -> Delivery<'a> {
        Box::pin(async move {
            let takes = self.takes.lock().expect("no panic").pop();
            self.begun.add_permits(1);
            match takes {
                Some(takes) => time::sleep(takes).await,
                None => future::pending().await,
            }
            Ok(())
        })
    }
}
