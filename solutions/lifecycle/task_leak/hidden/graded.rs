//! The same promises at other times, for requests that end in different ways beside each other.

use std::future::pending;
use std::time::Duration;

use probes::live::Tracker;
use probes::tasks;
use task_leak::{Bus, NoReply, Request, relay};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_millis(250);

/// Replies with the length of the article's name after so many milliseconds, and to an empty name never.
#[derive(Clone, Default)]
struct Warehouse {
    questions: Tracker,
}

impl Bus for Warehouse {
    async fn ask(&self, article: String) -> u32 {
        let _question = self.questions.token();
        if article.is_empty() {
            return pending().await;
        }
        sleep(Duration::from_millis(article.len() as u64)).await;
        article.len() as u32
    }
}

type Reply = oneshot::Receiver<Result<u32, NoReply>>;

fn start() -> (mpsc::Sender<Request>, Warehouse) {
    let (requests, received) = mpsc::channel(1_000);
    let warehouse = Warehouse::default();
    tokio::spawn(relay(received, warehouse.clone(), PATIENCE));
    (requests, warehouse)
}

async fn request(requests: &mpsc::Sender<Request>, millis: usize) -> Reply {
    let (reply, answer) = oneshot::channel();
    let request = Request {
        article: "x".repeat(millis),
        reply,
    };
    assert!(requests.send(request).await.is_ok(), "the relay runs");
    answer
}

#[tokio::test(start_paused = true)]
async fn each_request_ends_in_its_own_way_and_none_leaves_a_task() {
    let (requests, warehouse) = start();
    let mut answered = Vec::new();
    let mut lost = Vec::new();
    let mut hung_up = Vec::new();
    for number in 1..=30 {
        answered.push((number, request(&requests, number).await));
        lost.push(request(&requests, 0).await);
        hung_up.push(request(&requests, 240).await);
    }
    for (number, reply) in answered {
        let answer = reply.await.expect("it is answered");
        assert_eq!(answer, Ok(number as u32), "each gets its own reply");
    }
    assert_eq!(
        warehouse.questions.alive(),
        60,
        "30 lost ones and 30 slow ones"
    );
    drop(hung_up);
    // Lets everybody run. How many tasks a request has is its own affair, so questions are counted.
    tasks::settle(0).await;
    assert_eq!(warehouse.questions.alive(), 30, "the lost ones");
    for reply in lost {
        assert_eq!(reply.await.expect("it is answered"), Err(NoReply));
    }
    assert_eq!(tasks::settle(1).await, 1, "only the relay is left");
    assert_eq!(warehouse.questions.alive(), 0, "no question is left");
    drop(requests);
    assert_eq!(tasks::settle(0).await, 0, "nothing is left");
}

#[tokio::test(start_paused = true)]
async fn an_asker_that_hangs_up_halfway_is_noticed_at_once() {
    let (requests, warehouse) = start();
    let start = Instant::now();
    let reply = request(&requests, 0).await;
    sleep(Duration::from_millis(97)).await;
    assert_eq!(warehouse.questions.alive(), 1, "the question is on the bus");
    drop(reply);
    assert_eq!(tasks::settle(1).await, 1, "only the relay is left");
    assert_eq!(warehouse.questions.alive(), 0, "no question is left");
    assert_eq!(start.elapsed(), Duration::from_millis(97));
}

#[tokio::test(start_paused = true)]
async fn an_asker_that_is_gone_before_its_turn_leaves_nothing() {
    let (requests, warehouse) = start();
    for _ in 0..200 {
        drop(request(&requests, 0).await);
    }
    assert_eq!(tasks::settle(1).await, 1, "only the relay is left");
    assert_eq!(warehouse.questions.alive(), 0, "no question is left");
}

#[tokio::test(start_paused = true)]
async fn patience_counts_for_each_request_from_its_own_start() {
    let (requests, _warehouse) = start();
    let first = request(&requests, 0).await;
    sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    let second = request(&requests, 0).await;
    assert_eq!(first.await.expect("it is answered"), Err(NoReply));
    assert_eq!(
        start.elapsed(),
        PATIENCE - Duration::from_millis(100),
        "the first request started 100 ms before the second"
    );
    assert_eq!(second.await.expect("it is answered"), Err(NoReply));
    assert_eq!(
        start.elapsed(),
        PATIENCE,
        "the second has patience of its own"
    );
}

#[tokio::test(start_paused = true)]
async fn a_relay_with_requests_under_way_leaves_nothing_in_the_end() {
    let (requests, warehouse) = start();
    let lost = request(&requests, 0).await;
    let late = request(&requests, 200).await;
    // So that the relay has taken both.
    tasks::settle(0).await;
    drop(requests);
    assert_eq!(late.await.expect("it is answered"), Ok(200));
    assert_eq!(lost.await.expect("it is answered"), Err(NoReply));
    assert_eq!(tasks::settle(0).await, 0, "nothing is left");
    assert_eq!(warehouse.questions.alive(), 0, "no question is left");
}
