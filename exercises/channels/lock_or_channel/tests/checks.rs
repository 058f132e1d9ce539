//! What each part promises, and what a call of it costs. Costs are counted and not timed: allocations of the
//! calling thread, polls, and calls that had to wait. The clock is tokio's, paused.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use lock_or_channel::{Hits, Load, Mail, Names, outbox};
use probes::alloc::measure;
use probes::figures;
use tokio::time::{Instant, sleep, timeout};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);

#[test]
fn hits_of_all_threads_count() {
    let hits = Arc::new(Hits::new(3));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let hits = Arc::clone(&hits);
            thread::spawn(move || {
                for n in 0..500 {
                    hits.hit(n % 2);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("hit must not panic");
    }
    hits.hit(99);
    assert_eq!(
        [0, 1, 2, 99].map(|page| hits.count(page)),
        [1_000, 1_000, 0, 0],
        "four threads have shown pages 0 and 1 250 times each, and then somebody page 99 of 3 pages"
    );
}

#[test]
fn hits_and_counts_allocate_nothing() {
    let hits = Hits::new(8);
    hits.hit(0);
    let (sum, tally) = measure(|| {
        (0..1_000)
            .map(|n| {
                hits.hit(n % 8);
                hits.count(n % 8)
            })
            .sum::<u64>()
    });
    // Each page is shown 125 times, and counted after each; page 0 was shown once before.
    assert_eq!(
        sum,
        8 * (1..=125).sum::<u64>() + 125,
        "the sum of all counts"
    );
    assert_eq!(
        tally.allocations, 0,
        "allocations for 1,000 hits and as many counts; a place for one answer to one question is an \
         allocation, and so is a message that waits"
    );
}

/// Loads `<id>/<how many loads there were before>`. Even ids take a second, odd ones no time.
fn loader() -> (Load, Arc<AtomicUsize>) {
    let loads = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&loads);
    let load: Load = Box::new(move |id| {
        let before = counted.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if id % 2 == 0 {
                sleep(SECOND).await;
            }
            format!("{id}/{before}")
        })
    });
    (load, loads)
}

async fn name(names: &Names, id: u64) -> Arc<str> {
    timeout(DAY, names.get(id))
        .await
        .unwrap_or_else(|_| panic!("get({id}) must return, and has not within a day"))
}

#[tokio::test(start_paused = true)]
async fn a_name_is_loaded_once() {
    let (load, loads) = loader();
    let names = Names::new(load);
    for id in [1, 2, 1, 2, 1] {
        let expected = if id == 1 { "1/0" } else { "2/1" };
        assert_eq!(&*name(&names, id).await, expected, "customer {id}");
    }
    assert_eq!(loads.load(Ordering::Relaxed), 2, "loads for two customers");
}

#[tokio::test(start_paused = true)]
async fn all_who_ask_get_the_same_name() {
    let (load, _) = loader();
    let names = Arc::new(Names::new(load));
    let asking: Vec<_> = (0..5)
        .map(|_| {
            let names = Arc::clone(&names);
            tokio::spawn(async move { name(&names, 2).await })
        })
        .collect();
    let mut got = Vec::new();
    for asked in asking {
        got.push(asked.await.expect("get must not panic"));
    }
    got.push(name(&names, 2).await);
    assert!(
        got.iter().all(|name| name == &got[0]),
        "five ask at once and one afterwards, and here is what they got: {got:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_a_known_name_waits_for_no_load() {
    let (load, _) = loader();
    let names = Arc::new(Names::new(load));
    name(&names, 1).await;
    let slow = {
        let names = Arc::clone(&names);
        tokio::spawn(async move { name(&names, 2).await })
    };
    sleep(Duration::from_millis(1)).await;
    let start = Instant::now();
    name(&names, 1).await;
    assert_eq!(
        start.elapsed(),
        Duration::ZERO,
        "customer 1 is known; somebody else's load of customer 2 takes a second"
    );
    slow.await.expect("get must not panic");
}

#[tokio::test(start_paused = true)]
async fn names_are_loaded_side_by_side() {
    let (load, _) = loader();
    let names = Arc::new(Names::new(load));
    let start = Instant::now();
    let loading: Vec<_> = [2, 4, 6]
        .into_iter()
        .map(|id| {
            let names = Arc::clone(&names);
            tokio::spawn(async move { name(&names, id).await })
        })
        .collect();
    for loaded in loading {
        loaded.await.expect("get must not panic");
    }
    assert_eq!(
        start.elapsed().as_secs(),
        1,
        "three customers are loaded, which takes a second each"
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_known_names_are_measured() {
    let (load, loads) = loader();
    let names = Names::new(load);
    name(&names, 7).await;
    let (mut waits, mut allocations) = (0_u64, 0);
    for _ in 0..1_000 {
        // Tokio lets a task do so much in one go, and then makes even what is ready wait. Begin anew.
        tokio::task::yield_now().await;
        let mut get = pin!(names.get(7));
        let mut context = Context::from_waker(Waker::noop());
        let (polled, tally) = measure(|| get.as_mut().poll(&mut context));
        allocations += tally.allocations;
        let got = match polled {
            Poll::Ready(name) => name,
            Poll::Pending => {
                waits += 1;
                get.await
            }
        };
        assert_eq!(&*got, "7/0");
    }
    figures::report("get_allocations", allocations);
    figures::report("get_waits", waits);
    assert_eq!(loads.load(Ordering::Relaxed), 1, "loads for one customer");
}

fn mail(number: u32) -> Mail {
    Mail {
        to: format!("{number}@example.com"),
    }
}

#[tokio::test(start_paused = true)]
async fn mail_is_taken_out_in_order_to_the_end() {
    let (outbox, mut deliveries) = outbox(10);
    for number in 0..6 {
        outbox.put(mail(number)).await.expect("there is room");
    }
    drop(outbox);
    for number in 0..6 {
        assert_eq!(
            timeout(DAY, deliveries.next()).await,
            Ok(Some(mail(number))),
            "the next of six mails"
        );
    }
    assert_eq!(
        timeout(DAY, deliveries.next()).await,
        Ok(None),
        "the outbox is gone and everything taken out"
    );
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_mail_sleeps_until_it_comes() {
    let (outbox, mut deliveries) = outbox(10);
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    let waiting = tokio::spawn(async move {
        let mut next = pin!(deliveries.next());
        let mail = std::future::poll_fn(|context| {
            counted.fetch_add(1, Ordering::Relaxed);
            next.as_mut().poll(context)
        })
        .await;
        (mail, Instant::now())
    });
    sleep(10 * SECOND + Duration::from_millis(5)).await;
    let idle = polls.load(Ordering::Relaxed);
    let put = Instant::now();
    outbox.put(mail(1)).await.expect("somebody takes it out");
    let (got, at) = timeout(DAY, waiting)
        .await
        .expect("mail has come, and next has not returned within a day")
        .expect("next must not panic");
    assert_eq!(got, Some(mail(1)));
    assert!(
        idle <= 1,
        "in ten seconds without mail, the one who waits was polled {idle} times; it has to sleep"
    );
    assert_eq!(
        at - put,
        Duration::ZERO,
        "mail that is put into the outbox wakes the one who waits, at once"
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_outbox_makes_put_wait() {
    let (outbox, mut deliveries) = outbox(3);
    for number in 0..3 {
        outbox.put(mail(number)).await.expect("there is room");
    }
    let fourth = tokio::spawn(async move { outbox.put(mail(3)).await });
    sleep(SECOND).await;
    assert!(
        !fourth.is_finished(),
        "three mails are in three places: the fourth has to wait until one is taken out"
    );
    for number in 0..4 {
        assert_eq!(
            timeout(DAY, deliveries.next()).await,
            Ok(Some(mail(number)))
        );
    }
    assert_eq!(fourth.await.expect("put must not panic"), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn mail_that_nobody_takes_out_comes_back() {
    let (outbox, deliveries) = outbox(1);
    outbox.put(mail(0)).await.expect("there is room");
    let waiting = {
        let outbox = outbox.clone();
        tokio::spawn(async move { outbox.put(mail(1)).await })
    };
    sleep(SECOND).await;
    drop(deliveries);
    let waited = timeout(DAY, waiting)
        .await
        .expect("nobody takes mail out any more: put must return, and has not within a day");
    assert_eq!(
        waited.expect("put must not panic"),
        Err(mail(1)),
        "a put waited for a place when the other end went"
    );
    assert_eq!(
        outbox.put(mail(2)).await,
        Err(mail(2)),
        "nobody takes any mail out any more"
    );
}
