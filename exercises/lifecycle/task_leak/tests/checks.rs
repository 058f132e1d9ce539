//! Requests are answered, and what was started for them ends with them.

use std::future::pending;
use std::time::Duration;

use probes::live::Tracker;
use probes::tasks;
use task_leak::{Bus, NoReply, Request, relay};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(2);

/// Longer than anything here may take. Nothing waits for it: the clock is paused, and jumps.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Replies to an article named by a number of milliseconds after that time, with the same number; to any
/// other article never.
#[derive(Clone, Default)]
struct Warehouse {
    /// The questions that are on the bus.
    questions: Tracker,
}

impl Bus for Warehouse {
    async fn ask(&self, article: String) -> u32 {
        let _question = self.questions.token();
        match article.parse() {
            Ok(millis) => {
                sleep(Duration::from_millis(u64::from(millis))).await;
                millis
            }
            Err(_) => pending().await,
        }
    }
}

type Reply = oneshot::Receiver<Result<u32, NoReply>>;

/// Starts a relay, which is the one task there is.
fn start() -> (mpsc::Sender<Request>, Warehouse) {
    let (requests, received) = mpsc::channel(100);
    let warehouse = Warehouse::default();
    tokio::spawn(relay(received, warehouse.clone(), PATIENCE));
    (requests, warehouse)
}

async fn request(requests: &mpsc::Sender<Request>, article: &str) -> Reply {
    let (reply, answer) = oneshot::channel();
    let request = Request {
        article: article.to_owned(),
        reply,
    };
    let sent = requests.send(request).await;
    assert!(
        sent.is_ok(),
        "the relay must take requests until nobody can send one"
    );
    answer
}

async fn answer(to: &str, reply: Reply) -> Result<u32, NoReply> {
    timeout(DAY, reply)
        .await
        .unwrap_or_else(|_| panic!("{to} is not answered, not within a day"))
        .unwrap_or_else(|_| panic!("{to} is not answered: its reply was dropped"))
}

/// Lets the relay work, without time passing, until it has put so many questions on the bus.
async fn until_asked(warehouse: &Warehouse, questions: usize) {
    for _ in 0..1_000 {
        if warehouse.questions.made() >= questions {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!(
        "of {questions} requests, {} were put to the warehouse at once; none may wait for another",
        warehouse.questions.made()
    );
}

/// Nothing but the relay may be left, now and not later.
async fn assert_nothing_is_left(after: &str, warehouse: &Warehouse) {
    let start = Instant::now();
    let tasks = tasks::settle(1).await;
    let questions = warehouse.questions.alive();
    assert_eq!(start.elapsed(), Duration::ZERO, "the clock is paused");
    let tasks = tasks.saturating_sub(1);
    assert!(
        tasks == 0 && questions == 0,
        "{after}, and then there are\n  tasks beside the relay's own:  {tasks}\n  \
         questions still on the bus:    {questions}\n  \
         both must be 0, at once: a task ends with its request"
    );
}

#[tokio::test(start_paused = true)]
async fn every_request_gets_its_own_reply() {
    let (requests, _warehouse) = start();
    let start = Instant::now();
    let lost = request(&requests, "lost").await;
    let slow = request(&requests, "900").await;
    let fast = request(&requests, "100").await;
    assert_eq!(answer("the fast request", fast).await, Ok(100));
    assert_eq!(
        start.elapsed(),
        Duration::from_millis(100),
        "the fast request waits for its own reply and for no other"
    );
    assert_eq!(answer("the slow request", slow).await, Ok(900));
    assert_eq!(start.elapsed(), Duration::from_millis(900));
    drop(lost);
}

#[tokio::test(start_paused = true)]
async fn without_a_reply_the_asker_is_told_in_time() {
    let (requests, _warehouse) = start();
    let start = Instant::now();
    let lost = request(&requests, "lost").await;
    let late = request(&requests, "2001").await;
    assert_eq!(answer("the lost request", lost).await, Err(NoReply));
    assert_eq!(
        start.elapsed(),
        PATIENCE,
        "no reply came within {PATIENCE:?}"
    );
    assert_eq!(answer("the late request", late).await, Err(NoReply));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_got_no_reply_leaves_nothing() {
    const REQUESTS: usize = 50;
    let (requests, warehouse) = start();
    let mut replies = Vec::new();
    for _ in 0..REQUESTS {
        replies.push(request(&requests, "lost").await);
    }
    for reply in replies {
        assert_eq!(answer("a lost request", reply).await, Err(NoReply));
    }
    let after = format!("{REQUESTS} askers were told that no reply has come");
    assert_nothing_is_left(&after, &warehouse).await;
}

#[tokio::test(start_paused = true)]
async fn an_asker_that_goes_away_leaves_nothing() {
    const REQUESTS: usize = 50;
    let (requests, warehouse) = start();
    let mut replies = Vec::new();
    for _ in 0..REQUESTS {
        replies.push(request(&requests, "lost").await);
    }
    until_asked(&warehouse, REQUESTS).await;
    drop(replies);
    let after = format!("{REQUESTS} askers have hung up right after they asked");
    assert_nothing_is_left(&after, &warehouse).await;
}

#[tokio::test(start_paused = true)]
async fn a_request_on_its_way_survives_the_last_sender() {
    let (requests, warehouse) = start();
    let reply = request(&requests, "500").await;
    let lost = request(&requests, "lost").await;
    until_asked(&warehouse, 2).await;
    drop(requests);
    assert_eq!(answer("a request that was under way", reply).await, Ok(500));
    assert_eq!(answer("a lost request", lost).await, Err(NoReply));
}
