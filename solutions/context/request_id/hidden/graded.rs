//! The same promises for many requests, and on several threads.

use std::sync::{Arc, Mutex};

use request_id::{Mailer, RequestId, Transport, current, scope, spawn, spawn_blocking};
use tokio::task::{JoinSet, yield_now};

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

#[tokio::test]
async fn a_hundred_requests_take_turns() {
    let mut requests = JoinSet::new();
    for n in 0..100_u64 {
        requests.spawn(async move {
            let id = RequestId(n);
            let seen = scope(id, async {
                let inner = scope(RequestId(1_000 + n), steps(3)).await;
                assert_eq!(inner, [Some(RequestId(1_000 + n)); 3]);
                let task = spawn(steps(4));
                let mut seen = steps(n as usize % 7 + 1).await;
                seen.extend(task.await.expect("no panic"));
                seen
            })
            .await;
            assert!(seen.iter().all(|seen| *seen == Some(id)), "{id}: {seen:?}");
            assert_eq!(current(), None, "after {id}");
        });
    }
    for request in requests.join_all().await {
        request
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_move_from_thread_to_thread_with_their_tasks() {
    let mut requests = Vec::new();
    for n in 0..50_u64 {
        requests.push(tokio::spawn(scope(RequestId(n), async move {
            let mut seen = steps(20).await;
            seen.extend(spawn(steps(5)).await.expect("no panic"));
            seen.push(spawn_blocking(current).await.expect("no panic"));
            seen.push(
                spawn_blocking(|| spawn(async { current() }))
                    .await
                    .expect("no panic")
                    .await
                    .expect("no panic"),
            );
            (n, seen)
        })));
    }
    for request in requests {
        let (n, seen) = request.await.expect("no panic");
        assert_eq!(seen, vec![Some(RequestId(n)); seen.len()], "request {n}");
    }
    assert_eq!(current(), None);
}

#[tokio::test]
async fn a_full_queue_mixes_up_nothing() {
    let (post, delivered) = post();
    let mailer = Arc::new(Mailer::start(post));
    let mut senders = Vec::new();
    for n in 0..60_u64 {
        let mailer = Arc::clone(&mailer);
        senders.push(tokio::spawn(scope(RequestId(n), async move {
            let task = spawn(async move {
                mailer.send(&n.to_string()).await;
                assert_eq!(current(), Some(RequestId(n)));
            });
            task.await.expect("no panic");
        })));
    }
    for sender in senders {
        sender.await.expect("no panic");
    }
    drop(mailer);
    while delivered.lock().expect("no panic").len() < 60 {
        yield_now().await;
    }
    for (address, id) in delivered.lock().expect("no panic").iter() {
        assert_eq!(id.map(|id| id.0.to_string()).as_ref(), Some(address));
    }
}
