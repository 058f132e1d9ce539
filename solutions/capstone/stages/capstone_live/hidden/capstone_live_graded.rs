//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod socket {
    include!("support/socket.rs");
}

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use capstone::adapters::{MemoryTasks, SystemClock};
use capstone::domain::{Title, UserId};
use capstone::http;
use capstone::live::{self, Policy};
use capstone::ports::{Arrival, Callers, Pending, Since, StoreError, UPDATES_KEPT, UpdateLog};
use capstone::tasks::Tasks;
use tokio::io::{DuplexStream, duplex};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use socket::{Client, DAY, Frame, Port, Refusal};

const POLL: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn what_nobody_has_announced_is_found() {
    let world = World::new(Means {
        announces: false,
        ..Means::default()
    });
    let mut socket = world.enter(4, "").await;
    let from = socket.hello().await;
    sleep(POLL * 3).await;
    world.add(4).await;
    let begun = Instant::now();
    assert_eq!(socket.update().await.number, from + 1);
    let took = begun.elapsed();
    assert!(
        took <= POLL + Duration::from_secs(1),
        "another service has made a change. This one looks every {POLL:?}, and has told of it after {took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn all_who_listen_are_one_question() {
    let world = World::new(Means::default());
    let mut sockets = Vec::new();
    for user in 0..40 {
        let mut socket = world.enter(user, "").await;
        socket.hello().await;
        sockets.push(socket);
    }
    let before = world.log.asked.load(Ordering::SeqCst);
    // Less than until the first ping: nobody has to answer.
    sleep(POLL * 3 + POLL / 2).await;
    let asked = world.log.asked.load(Ordering::SeqCst) - before;
    assert!(
        (1..=8).contains(&asked),
        "forty listen, nothing happens, and in the time of three polls the log was asked {asked} times. How far all of \
         them have come is one question"
    );
}

#[tokio::test(start_paused = true)]
async fn a_log_that_is_away_is_asked_again() {
    let world = World::new(Means::default());
    let mut socket = world.enter(4, "").await;
    let from = socket.hello().await;
    world.log.away.store(true, Ordering::SeqCst);
    world.add(4).await;
    sleep(POLL * 2).await;
    world.log.away.store(false, Ordering::SeqCst);
    let next = timeout(POLL * 3, socket.rest()).await;
    match next {
        // It was reading when the log was away.
        Ok((updates, end)) if updates.is_empty() => {
            assert!(
                matches!(end, Frame::Close(1011, _)),
                "a failure here is 1011: {end:?}"
            );
            socket = world.enter(4, &format!("?after={from}")).await;
            socket.hello().await;
            assert_eq!(socket.update().await.number, from + 1);
        }
        Ok((updates, end)) => panic!("{updates:?} and {end:?}"),
        // The update has come, and nothing after it.
        Err(_) => {}
    }
    world.add(4).await;
    assert_eq!(
        socket.update().await.number,
        from + 2,
        "the log was away for {:?}, and is back",
        POLL * 2
    );

    world.log.away.store(true, Ordering::SeqCst);
    let mut late = world.enter(4, &format!("?after={from}")).await;
    let (updates, end) = late.rest().await;
    assert!(
        updates.is_empty() && matches!(end, Frame::Close(1011, _)),
        "whoever needs the log when it is away is told that it is our fault: {end:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn many_come_and_go_and_nothing_is_left() {
    let mut world = World::new(Means::default());
    let metrics = Handle::current().metrics();
    let alone = metrics.num_alive_tasks();
    for round in 0..30 {
        let mut socket = world.enter(4, "").await;
        // Some leave before they have heard anything.
        if round % 3 > 0 {
            socket.hello().await;
        }
        if round % 3 > 1 {
            socket.close().await;
        }
        drop(socket);
        sleep(Duration::from_secs(2)).await;
    }
    assert_eq!(
        metrics.num_alive_tasks(),
        alone,
        "thirty sockets of one user, one after the other, and tasks are left of them"
    );
    drop(world.stop.take());
    let ended = timeout(DAY, &mut world.run).await;
    assert!(
        matches!(ended, Ok(Ok(()))),
        "nobody is there any more, so it ends: {ended:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_comes_in_at_the_last_moment_is_told_too() {
    // Which of two things that are ready comes first is left to chance.
    for turns in (0..24).flat_map(|turns| [turns; 12]) {
        let mut world = World::new(Means::default());
        let asking = tokio::spawn(World::ask(world.dial(), 4, String::new()));
        let stop = world.stop.take();
        let stopping = tokio::spawn(async move {
            for _ in 0..turns {
                turn().await;
            }
            drop(stop);
        });
        match asking.await.expect("no panic") {
            Err(refused) => assert_eq!(refused.status, 503, "{turns} turns: {refused:?}"),
            Ok(mut socket) => {
                let end = loop {
                    match socket.hear().await {
                        Frame::Text(_) => {}
                        end => break end,
                    }
                };
                assert!(
                    matches!(end, Frame::Close(1001, _)),
                    "the stop came {turns} turns after the request. Whoever has been told 101 is told 1001, too: {end:?}"
                );
                socket.close().await;
            }
        }
        stopping.await.expect("no panic");
        let ended = timeout(DAY, &mut world.run).await;
        assert!(matches!(ended, Ok(Ok(()))), "{turns} turns: {ended:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_at_a_time_is_in_order_too() {
    let world = World::new(Means {
        buffer: 1,
        ..Means::default()
    });
    let mut first = world.enter(4, "").await;
    let from = first.hello().await;
    for _ in 0..100 {
        world.add(4).await;
    }
    let mut second = world.enter(4, &format!("?after={}", from + 60)).await;
    second.hello().await;
    for number in from + 1..=from + 100 {
        assert_eq!(first.update().await.number, number);
    }
    for number in from + 61..=from + 100 {
        assert_eq!(second.update().await.number, number);
    }
}

#[tokio::test(start_paused = true)]
async fn who_falls_behind_what_is_kept_is_told_so() {
    let world = World::new(Means::default());
    let mut socket = world.enter(4, "").await;
    let from = socket.hello().await;
    // So fast that nobody else has a turn.
    let many = UPDATES_KEPT + 70;
    for _ in 0..many {
        world.add(4).await;
    }
    let mut expected = from + 1;
    loop {
        let frame = socket.hear().await;
        let Frame::Text(text) = &frame else {
            panic!("the socket reads, and is not closed: {frame:?}");
        };
        let number = text["number"].as_u64().unwrap_or_default();
        if text["type"] == "reset" {
            assert_eq!(
                number,
                from + many,
                "where to go on after all has been read"
            );
            break;
        }
        assert_eq!(
            number, expected,
            "{many} changes at once, of which {UPDATES_KEPT} are kept. Either all of them are told, or the client is told that \
             they are not; next comes {frame:?}"
        );
        if number == from + many {
            break;
        }
        expected += 1;
    }
    world.add(4).await;
    assert_eq!(socket.update().await.number, from + many + 1);
}

/// Lets the others that are ready run, each once. tokio's `yield_now` lets them run until none is.
async fn turn() {
    let mut had = false;
    future::poll_fn(|context| {
        if had {
            return Poll::Ready(());
        }
        had = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A service of updates for users who are called by their numbers.
struct World {
    tasks: Tasks,
    log: Arc<Log>,
    pipes: mpsc::UnboundedSender<DuplexStream>,
    stop: Option<oneshot::Sender<()>>,
    run: JoinHandle<()>,
}

struct Means {
    announces: bool,
    buffer: usize,
}

impl Default for Means {
    fn default() -> Self {
        Self {
            announces: true,
            buffer: 16,
        }
    }
}

impl World {
    fn new(means: Means) -> Self {
        let store = Arc::new(MemoryTasks::default());
        let tasks = Tasks::new(store.clone(), Arc::new(SystemClock));
        let log = Arc::new(Log {
            store,
            announces: means.announces,
            asked: AtomicUsize::new(0),
            away: AtomicBool::new(false),
        });
        let policy = Policy {
            buffer: means.buffer,
            patience: Duration::from_secs(10),
            ping: Duration::from_secs(30),
            poll: POLL,
            per_user: 3,
        };
        let (door, sockets) = live::open(log.clone(), Arc::new(Numbers), policy);
        let routes = http::Routes::new(tasks.clone(), Arc::new(Numbers));
        let routes = routes.updates(door).router();
        let (pipes, port) = mpsc::unbounded_channel();
        tokio::spawn(async move { axum::serve(Port(port), routes).await });
        let (stop, stopping) = oneshot::channel::<()>();
        let run = tokio::spawn(sockets.run(async {
            let _ = stopping.await;
        }));
        Self {
            tasks,
            log,
            pipes,
            stop: Some(stop),
            run,
        }
    }

    fn dial(&self) -> DuplexStream {
        let (ours, theirs) = duplex(64 * 1024);
        self.pipes.send(theirs).expect("the server is there");
        ours
    }

    async fn ask(
        pipe: DuplexStream,
        user: u64,
        query: String,
    ) -> Result<Client<DuplexStream>, Refusal> {
        let line = format!("authorization: {user}");
        Client::open(pipe, &format!("/updates{query}"), &[&line]).await
    }

    async fn enter(&self, user: u64, query: &str) -> Client<DuplexStream> {
        let socket = Self::ask(self.dial(), user, query.to_owned()).await;
        socket.unwrap_or_else(|refused| panic!("user {user} is let in: {refused:?}"))
    }

    async fn add(&self, user: u64) {
        let title = Title::parse("rent").expect("a title");
        let created = self.tasks.create(UserId::new(user), title, None).await;
        created.expect("the store works");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.run.abort();
    }
}

/// Everybody is who they say.
struct Numbers;

impl Callers for Numbers {
    fn identify<'a>(&'a self, authorization: Option<&'a str>) -> Pending<'a, Option<UserId>> {
        let user = authorization.and_then(|number| number.parse().ok());
        Box::pin(future::ready(Ok(user.map(UserId::new))))
    }
}

/// A log that counts its callers, and can be away.
struct Log {
    store: Arc<MemoryTasks>,
    announces: bool,
    asked: AtomicUsize,
    away: AtomicBool,
}

impl Log {
    fn there<'a, T: Send + 'a>(&'a self, answer: Pending<'a, T>) -> Pending<'a, T> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            let error = StoreError::new("read updates", "the log is away");
            return Box::pin(future::ready(Err(error)));
        }
        answer
    }
}

impl UpdateLog for Log {
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>> {
        self.there(self.store.last(owners))
    }

    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since> {
        self.there(self.store.since(owner, after, limit))
    }

    fn grown(&self) -> Arrival<'_> {
        if self.announces {
            self.store.grown()
        } else {
            Box::pin(future::pending())
        }
    }
}
