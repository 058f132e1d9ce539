//! A log line has the id of its own request. One thread runs everything here, in an order that the tests
//! decide.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use probes::tasks;
use request_id::{Mailer, RequestId, Transport, current, scope, spawn, spawn_blocking};
use tokio::task::yield_now;

const A: RequestId = RequestId(0xa);
const B: RequestId = RequestId(0xb);

/// The ids that a piece of code saw at each of its steps.
async fn steps(steps: usize) -> Vec<Option<RequestId>> {
    let mut seen = vec![current()];
    for _ in 1..steps {
        yield_now().await;
        seen.push(current());
    }
    seen
}

type Delivered = Arc<Mutex<Vec<(String, Option<RequestId>)>>>;

/// Notes the id before and after each delivery.
struct Post {
    delivered: Delivered,
}

impl Transport for Post {
    async fn deliver(&mut self, address: &str) {
        let before = current();
        yield_now().await;
        let after = current();
        assert_eq!(before, after, "the id changed while a mail was delivered");
        let mut delivered = self.delivered.lock().expect("no panic under the lock");
        delivered.push((address.to_owned(), after));
    }
}

fn post() -> (Post, Delivered) {
    let delivered = Delivered::default();
    (
        Post {
            delivered: Arc::clone(&delivered),
        },
        delivered,
    )
}

/// The steps as a line of text.
fn told(seen: &[Option<RequestId>]) -> String {
    let letter = |id: &Option<RequestId>| match *id {
        Some(A) => "a",
        Some(B) => "b",
        Some(_) => "?",
        None => "-",
    };
    seen.iter().map(letter).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn requests_that_take_turns_keep_their_ids() {
    const STEPS: usize = 6;
    let (a, b, none) = tokio::join!(scope(A, steps(STEPS)), scope(B, steps(STEPS)), steps(STEPS),);
    assert_eq!(
        (told(&a), told(&b), told(&none)),
        (
            "a a a a a a".into(),
            "b b b b b b".into(),
            "- - - - - -".into()
        ),
        "requests a and b, and something that is no request, take turns on the same thread. Each must see \
         its own id, or none (`-`), at each of its {STEPS} steps (left: what they saw)"
    );
}

#[tokio::test]
async fn outside_of_a_request_there_is_no_id() {
    assert_eq!(current(), None, "before any request");
    scope(A, yield_now()).await;
    assert_eq!(current(), None, "after request a has been served");

    {
        let mut given_up = pin!(scope(B, steps(10)));
        poll_fn(|cx| Poll::Ready(given_up.as_mut().poll(cx).is_ready())).await;
        assert_eq!(
            current(),
            None,
            "request b waits, and on the same thread its caller goes on, who is no part of it"
        );
    }
    assert_eq!(current(), None, "after request b was dropped halfway");

    let panicked = tokio::spawn(scope(A, async {
        yield_now().await;
        panic!("this request panics, as the test wants it to");
    }));
    assert!(panicked.await.is_err_and(|error| error.is_panic()));
    assert_eq!(current(), None, "after a request has panicked");
}

#[tokio::test]
async fn a_request_within_a_request_has_its_own_id() {
    let seen = scope(A, async {
        let before = current();
        let inner = scope(B, steps(3)).await;
        (before, inner, steps(2).await)
    })
    .await;
    assert_eq!(
        seen,
        (Some(A), vec![Some(B); 3], vec![Some(A); 2]),
        "request a makes a request b, which has an id of its own, and goes on afterwards as a"
    );
}

#[tokio::test]
async fn what_a_request_spawns_has_its_id() {
    let (task, below, blocking) = scope(A, async {
        let task = spawn(steps(3));
        let below = spawn(async { spawn(steps(2)).await.expect("no panic") });
        let blocking = spawn_blocking(current);
        // The request goes on as another one before the tasks have begun.
        scope(B, async {
            (
                task.await.expect("no panic"),
                below.await.expect("no panic"),
                blocking.await.expect("no panic"),
            )
        })
        .await
    })
    .await;
    assert_eq!(
        (told(&task), told(&below), told(&[blocking])),
        ("a a a".into(), "a a".into(), "a".into()),
        "a task of request a, a task of that task, and blocking code of request a. An id does not follow a \
         spawn by itself; `spawn` and `spawn_blocking` have to take along the one of their caller \
         (left: what they saw, `-` for none)"
    );

    let (task, blocking) = (spawn(steps(2)), spawn_blocking(current));
    assert_eq!(
        (
            task.await.expect("no panic"),
            blocking.await.expect("no panic")
        ),
        (vec![None; 2], None),
        "what is spawned outside of a request belongs to none"
    );
}

#[tokio::test]
async fn mails_are_delivered_for_whoever_sent_them() {
    let (post, delivered) = post();
    let mailer = scope(A, async { Mailer::start(post) }).await;
    tokio::join!(
        scope(A, mailer.send("ada")),
        scope(B, mailer.send("bob")),
        mailer.send("nobody's"),
        scope(A, mailer.send("ann")),
    );
    drop(mailer);
    assert_eq!(
        tasks::settle(0).await,
        0,
        "the mailer is dropped and its queue is empty; so many tasks are alive"
    );
    let delivered = delivered.lock().expect("no panic under the lock").clone();
    let delivered: Vec<_> = delivered
        .iter()
        .map(|(address, id)| format!("{address} {}", told(&[*id])))
        .collect();
    assert_eq!(
        delivered,
        ["ada a", "bob b", "nobody's -", "ann a"],
        "each mail is delivered with the id of whoever sent it; the mailer was started by request a, and \
         works for all (left: what the deliveries saw, `-` for none)"
    );
}
