//! The same promises at other values, with loads that load, and with several threads.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use probes::live::Tracker;
use probes::tasks;
use single_flight::{Failure, Flights};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

type Numbers = Flights<u32, u32, String>;

#[tokio::test(start_paused = true)]
async fn many_keys_have_a_load_each() {
    let flights = Arc::new(Numbers::new());
    let loads = Arc::new(AtomicUsize::new(0));
    let mut callers = JoinSet::new();
    for n in 0..600_u32 {
        let (flights, loads) = (Arc::clone(&flights), Arc::clone(&loads));
        callers.spawn(async move {
            let key = n % 7;
            let got = flights
                .get(key, move || async move {
                    loads.fetch_add(1, Ordering::Relaxed);
                    sleep(Duration::from_millis(5 + u64::from(key))).await;
                    if key == 3 {
                        Err("three".to_owned())
                    } else {
                        Ok(key * 10)
                    }
                })
                .await;
            match (key, got) {
                (3, Err(Failure::Load(error))) => assert_eq!(*error, "three"),
                (key, Ok(value)) => assert_eq!(value, key * 10),
                (key, other) => panic!("key {key} got {other:?}"),
            }
        });
    }
    while let Some(ended) = callers.join_next().await {
        ended.expect("no caller panics");
    }
    assert_eq!(
        loads.load(Ordering::Relaxed),
        7,
        "600 callers at once for 7 keys"
    );
}

#[tokio::test(start_paused = true)]
async fn a_load_may_get_other_keys() {
    let flights = Arc::new(Numbers::new());
    let nested = {
        let flights = Arc::clone(&flights);
        move || {
            let flights = Arc::clone(&flights);
            async move {
                match flights.get(2, || async { Ok(20) }).await {
                    Ok(value) => Ok(value + 1),
                    Err(error) => Err(error.to_string()),
                }
            }
        }
    };
    let got = timeout(Duration::from_secs(1), flights.get(1, nested)).await;
    assert!(
        matches!(got, Ok(Ok(21))),
        "key 1 is loaded with the help of key 2, and got {got:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_load_that_gets_another_key_can_be_abandoned() {
    let flights = Arc::new(Numbers::new());
    let inner = Tracker::new();
    {
        let (again, inner) = (Arc::clone(&flights), inner.clone());
        let outer = flights.get(1, move || async move {
            let got = again.get(2, move || async move {
                let _inner = inner.token();
                pending::<Result<u32, String>>().await
            });
            got.await.map_err(|error| error.to_string())
        });
        assert!(timeout(Duration::from_millis(5), outer).await.is_err());
    }
    assert_eq!(
        tasks::settle(0).await,
        0,
        "tasks after the one caller has gone"
    );
    assert_eq!(
        (inner.made(), inner.alive()),
        (1, 0),
        "loads of key 2: begun, and still under way"
    );
    let got = timeout(Duration::from_secs(1), flights.get(2, || async { Ok(4) })).await;
    assert!(
        matches!(got, Ok(Ok(4))),
        "key 2 is free again, and got {got:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_caller_to_leave_ends_the_load() {
    let flights = Numbers::new();
    let loading = Tracker::new();
    let token = loading.clone();
    let mut second = Box::pin({
        let mut first = Box::pin(flights.get(1, move || async move {
            let _loading = token.token();
            pending::<Result<u32, String>>().await
        }));
        assert!(timeout(Duration::from_millis(1), &mut first).await.is_err());
        let mut second = Box::pin(flights.get(1, || async { Ok(1) }));
        assert!(
            timeout(Duration::from_millis(1), &mut second)
                .await
                .is_err(),
            "it joins"
        );
        drop(first);
        second
    });
    assert!(
        timeout(Duration::from_millis(1), &mut second)
            .await
            .is_err()
    );
    assert_eq!(loading.alive(), 1, "one caller has left, another one waits");
    drop(second);
    tasks::settle(0).await;
    assert_eq!(loading.alive(), 0, "the last caller has left");
    let got = timeout(Duration::from_secs(1), flights.get(1, || async { Ok(7) })).await;
    assert!(
        matches!(got, Ok(Ok(7))),
        "a caller after that begins anew, and got {got:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_load_that_panics_when_it_is_called_is_told_as_well() {
    let flights = Numbers::new();
    let got = flights
        .get(1, || -> std::future::Ready<Result<u32, String>> {
            panic!("panics at once, as the test wants it to")
        })
        .await;
    assert!(matches!(got, Err(Failure::Panicked)), "got {got:?}");
    let got = flights.get(1, || async { Ok(2) }).await;
    assert!(matches!(got, Ok(2)), "got {got:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_threads_share_a_load() {
    const CALLERS: usize = 200;
    let flights = Arc::new(Numbers::new());
    let (loads, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let boarded = Arc::new(Semaphore::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (flights, loads, go) = (Arc::clone(&flights), Arc::clone(&loads), Arc::clone(&go));
        let boarded = Arc::clone(&boarded);
        callers.spawn(async move {
            let mut get = pin!(flights.get(5, move || async move {
                loads.fetch_add(1, Ordering::Relaxed);
                go.acquire().await.expect("open").forget();
                Ok(55)
            }));
            let mut polled = false;
            poll_fn(|cx| {
                let now = get.as_mut().poll(cx);
                if !polled {
                    polled = true;
                    boarded.add_permits(1);
                }
                match now {
                    Poll::Ready(Ok(value)) => Poll::Ready(value),
                    Poll::Ready(Err(failure)) => panic!("got {failure:?}"),
                    Poll::Pending => Poll::Pending,
                }
            })
            .await
        });
    }
    // Every caller has asked; now the load may end.
    boarded.acquire_many(200).await.expect("open").forget();
    go.add_permits(CALLERS);
    let mut values = Vec::new();
    while let Some(ended) = callers.join_next().await {
        values.push(ended.expect("no caller panics"));
    }
    assert_eq!(values, [55; CALLERS]);
    assert_eq!(
        loads.load(Ordering::Relaxed),
        1,
        "200 callers on four threads, one load"
    );
}
