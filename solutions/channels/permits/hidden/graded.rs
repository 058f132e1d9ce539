//! The same promises at other values.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use permits::{Document, Load, Refused, RenderError, outbox};
use tokio::time::{sleep, timeout};

fn document(number: usize) -> Document {
    Document {
        title: number.to_string(),
    }
}

#[tokio::test(start_paused = true)]
async fn places_are_never_given_twice() {
    for places in [1, 7, 50] {
        let (outbox, mut inbox) = outbox(places);
        let rendered = Arc::new(AtomicUsize::new(0));
        let submitting: Vec<_> = (0..50)
            .map(|number| {
                let (outbox, rendered) = (outbox.clone(), Arc::clone(&rendered));
                tokio::spawn(async move {
                    outbox
                        .submit(|| async {
                            rendered.fetch_add(1, Ordering::Relaxed);
                            sleep(Duration::from_secs(number as u64 % 5)).await;
                            Ok(document(number))
                        })
                        .await
                })
            })
            .collect();
        let mut accepted = 0;
        for submitted in submitting {
            match submitted.await.expect("submit must not panic") {
                Ok(()) => accepted += 1,
                Err(refused) => assert_eq!(refused, Refused::Full),
            }
        }
        assert_eq!(
            (rendered.load(Ordering::Relaxed), accepted),
            (places, places),
            "rendered and accepted, of 50 customers at once for {places} places"
        );
        drop(outbox);
        let mut posted = 0;
        while inbox.next().await.is_some() {
            posted += 1;
        }
        assert_eq!(posted, places, "what was accepted is posted");
    }
}

#[tokio::test(start_paused = true)]
async fn a_place_goes_round_many_times() {
    let (outbox, mut inbox) = outbox(2);
    for number in 0..1_000 {
        match number % 3 {
            0 => {
                let submitted = outbox.submit(|| async { Ok(document(number)) }).await;
                assert_eq!(submitted, Ok(()), "document {number}");
                assert_eq!(inbox.next().await, Some(document(number)));
            }
            1 => {
                let error = RenderError {
                    reason: number.to_string(),
                };
                let submitted = outbox.submit(|| async { Err(error) }).await;
                assert!(matches!(submitted, Err(Refused::Render(_))));
            }
            _ => {
                let never = outbox.submit(std::future::pending);
                assert!(timeout(Duration::from_millis(1), never).await.is_err());
            }
        }
        assert_eq!(
            outbox.load(),
            Load {
                places: 2,
                taken: 0
            },
            "after round {number}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_inbox_refuses() {
    let (outbox, inbox) = outbox(2);
    drop(inbox);
    let asked = Cell::new(false);
    let submitted = outbox
        .submit(|| async {
            asked.set(true);
            Ok(document(1))
        })
        .await;
    assert_eq!((submitted, asked.get()), (Err(Refused::Closed), false));
}
