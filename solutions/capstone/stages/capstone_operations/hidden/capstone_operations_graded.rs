//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod api {
    include!("support/api.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod operate {
    include!("support/operate.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod socket {
    include!("support/socket.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use capstone::adapters::{MemoryTasks, SingleUser, SystemClock, SystemDice};
use capstone::domain::{Notice, Timestamp, Title, UserId};
use capstone::jobs::{self, Workers};
use capstone::ports::{DeadJob, Delivery, Held, JobQueue, Leased, Notifier, Pending, Receipt};
use capstone::readiness::Policy;
use capstone::tasks::Tasks;
use capstone::{Config, Step, http, live};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use operate::{How, Kept, NOON, Plant, Running, SECOND, in_real_time, policy, settled};
use socket::{Client, Frame};
use support::{HOUR, config, hasty};

#[tokio::test(start_paused = true)]
async fn so_many_in_a_row_as_are_asked_for() {
    let (well, fails) = (How::Well, How::Fails);
    let plant = Plant::start(Policy {
        turns: 3,
        ..policy()
    });
    plant.turns(200, "ready", "all is well").await;
    plant.store.next(&[fails, fails, well, fails, fails, well]);
    while !plant.store.has_seen_all() {
        let why = "three looks in a row decide, and there were never more than two";
        plant.stays(200, SECOND, why).await;
    }
    plant.store.is(fails);
    plant.turns(503, "unavailable", "each look fails").await;
    plant.store.next(&[well, well, fails]);
    while !plant.store.has_seen_all() {
        plant
            .stays(503, SECOND, "two good looks are no three")
            .await;
    }

    let plant = Plant::start(Policy {
        turns: 1,
        ..policy()
    });
    plant.turns(200, "ready", "all is well").await;
    plant.store.next(&[fails]);
    plant
        .turns(503, "unavailable", "one look decides, and has failed")
        .await;
    plant
        .turns(200, "ready", "one look decides, and was good")
        .await;
}

#[tokio::test(start_paused = true)]
async fn who_has_no_cache_has_no_check_of_one() {
    let plant = Plant::where_all(How::Well, policy(), false);
    let told = plant.ready().await;
    assert_eq!(
        (told.status, told.body),
        (
            200,
            json!({"status": "ready", "checks": {"store": "up", "jobs": "up"}})
        ),
        "what is not configured is not missing"
    );
    assert_eq!(plant.cache.asked(), 0, "and nobody asks for it");
}

#[tokio::test(start_paused = true)]
async fn a_job_from_the_future_is_not_late() {
    let plant = Plant::start(policy());
    let tomorrow = NOON + 24 * 3_600_000;
    plant.queue.oldest(Some(Timestamp::from_millis(tomorrow)));
    for _ in 0..20 {
        let told = plant.ready().await;
        assert_eq!(
            told.body["status"], "ready",
            "the clock was set back since the job was left: {}",
            told.body
        );
        tokio::time::sleep(SECOND).await;
    }
}

#[tokio::test]
async fn a_socket_is_opened_during_the_notice() {
    let store = Arc::new(MemoryTasks::default());
    let tasks = Tasks::new(store.clone(), Arc::new(SystemClock));
    let callers = Arc::new(SingleUser);
    let (door, sockets) = live::open(store, callers.clone(), live::Policy::default());
    let routes = http::Routes::new(tasks, callers).updates(door).router();
    let config = Config {
        notice: HOUR,
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Running::start(config, routes, |application| {
        application.with_step(Step::Sockets, |turn| sockets.drained(turn))
    })
    .await;
    service.stop();
    service.says(503).await;
    let stream = TcpStream::connect(service.address)
        .await
        .expect("during the notice connections are taken");
    let socket = Client::open(stream, "/updates", &[]).await;
    let mut socket = socket.expect("also for sockets").waiting(operate::LONG);
    socket.hello().await;
    service.hurry();
    let (_, end) = socket.rest().await;
    assert!(
        matches!(end, Frame::Close(1001, _)),
        "it is told when the service goes: {end:?}"
    );
    socket.close().await;
    service.report().await;
}

#[tokio::test]
async fn hurry_before_the_first_signal_changes_nothing() {
    let routes = Router::new().route("/hello", get(async || "hello"));
    let config = Config {
        notice: HOUR,
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Running::start(config, routes, |it| it).await;
    service.hurry();
    settled().await;
    let answer = Kept::to(service.address).await.ask("/hello").await;
    assert!(
        answer
            .as_ref()
            .is_some_and(|answer| answer.status == 200 && !answer.is_last),
        "nobody has told the service to stop: {answer:?}"
    );
    service.stop();
    let report = service.report().await;
    assert_eq!(
        report.cut, 0,
        "now somebody has, and it is to be quick: there is an hour of notice, and nobody waits for it"
    );
}

#[tokio::test]
async fn a_queue_that_hangs_holds_up_no_end() {
    let store = Arc::new(MemoryTasks::default());
    let ear = Arc::new(Deaf(Semaphore::new(0)));
    let workers = Workers::new(
        Arc::new(NothingBack(store.clone())),
        ear.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemDice::default()),
        jobs::Policy {
            poll: Duration::from_millis(5),
            ..jobs::Policy::default()
        },
    );
    let mut service = Running::start(hasty(), Router::new(), |application| {
        application.with_step(Step::Jobs, |turn| workers.drained(turn))
    })
    .await;
    let tasks = Tasks::new(store, Arc::new(SystemClock));
    let title = Title::parse("rent").expect("a title");
    let created = tasks.create(UserId::new(1), title, None).await;
    created.expect("the store works");
    let begun = in_real_time("a job to be begun", ear.0.acquire()).await;
    begun.expect("it stays").forget();
    service.stop();
    let report = service.report().await;
    assert_eq!(
        report.jobs_cut, 1,
        "the queue does not take the job back; it is dropped, as the end of a lease will tell, and counted once"
    );
}

/// Hears nothing, and says when it is told something.
struct Deaf(Semaphore);

impl Notifier for Deaf {
    fn notify<'a>(&'a self, _: &'a str, _: &'a Notice) -> Delivery<'a> {
        self.0.add_permits(1);
        Box::pin(future::pending())
    }
}

/// A queue that hands out and takes nothing back.
struct NothingBack(Arc<MemoryTasks>);

impl JobQueue for NothingBack {
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>> {
        self.0.claim(now, until)
    }

    fn extend(&self, receipt: Receipt, until: Timestamp) -> Pending<'_, Held> {
        self.0.extend(receipt, until)
    }

    fn complete(&self, _: Receipt) -> Pending<'_, Held> {
        Box::pin(future::pending())
    }

    fn retry(&self, _: Receipt, _: Timestamp, _: String) -> Pending<'_, Held> {
        Box::pin(future::pending())
    }

    fn bury(&self, _: Receipt, _: String) -> Pending<'_, Held> {
        Box::pin(future::pending())
    }

    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>> {
        self.0.dead(limit)
    }
}
