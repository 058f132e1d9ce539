//! The same promises at other values.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use probes::live::Tracker;
use probes::tasks;
use staged_pipeline::Pipeline;
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn wide(width: usize) -> NonZeroUsize {
    NonZeroUsize::new(width).expect("not zero")
}

#[tokio::test(start_paused = true)]
async fn stages_may_change_the_type() {
    let mut pipeline = Pipeline::new(["3", "x", "40", "5"])
        .stage(
            wide(2),
            |text: &'static str| async move { text.parse::<u32>() },
        )
        .stage(wide(3), |number| async move {
            number.map_or(0, |number| number * 2)
        });
    let mut got = Vec::new();
    while let Ok(Some(number)) = timeout(DAY, pipeline.next()).await {
        got.push(number);
    }
    got.sort_unstable();
    assert_eq!(got, [0, 6, 10, 80]);
}

#[tokio::test(start_paused = true)]
async fn without_items_or_stages_there_is_an_end_too() {
    let mut empty = Pipeline::new(Vec::<u8>::new()).stage(wide(3), |item| async move { item });
    assert_eq!(timeout(DAY, empty.next()).await, Ok(None), "no items");
    let mut plain = Pipeline::new([1, 2]);
    let mut got = Vec::new();
    while let Ok(Some(item)) = timeout(DAY, plain.next()).await {
        got.push(item);
    }
    assert_eq!(got, [1, 2], "no stages");
    assert_eq!(
        tasks::settle(0).await,
        0,
        "tasks of pipelines that have ended"
    );
}

#[tokio::test(start_paused = true)]
async fn an_endless_source_is_taken_from_no_faster_than_needed() {
    for widths in [vec![1], vec![1, 1, 1, 1, 1], vec![20, 3], vec![2, 16, 2]] {
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let source = (0_u64..).inspect(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let mut pipeline = Pipeline::new(source);
        for &width in &widths {
            pipeline = pipeline.stage(wide(width), |item| async move {
                sleep(Duration::from_millis(item % 7)).await;
                item
            });
        }
        let room = 2 + 2 * widths.iter().sum::<usize>();
        for done in 1..=30 {
            assert!(matches!(timeout(DAY, pipeline.next()).await, Ok(Some(_))));
            sleep(Duration::from_secs(1)).await;
            let inside = taken.load(Ordering::Relaxed) - done;
            assert!(
                inside <= room,
                "stages of widths {widths:?} have room for {room} items, and there are {inside} inside"
            );
        }
        drop(pipeline);
        assert_eq!(
            tasks::settle(0).await,
            0,
            "tasks after a pipeline of {widths:?} was dropped"
        );
        let before = taken.load(Ordering::Relaxed);
        sleep(DAY).await;
        assert_eq!(
            taken.load(Ordering::Relaxed),
            before,
            "items taken after that"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_any_stage_reaches_the_consumer() {
    for broken in 0..3 {
        let calls = Tracker::new();
        let mut pipeline = Pipeline::new(0..);
        for stage in 0..3 {
            let calls = calls.clone();
            pipeline = pipeline.stage(wide(3), move |item: i32| {
                let call = calls.token();
                async move {
                    let _call = call;
                    // The stages before and behind the broken one are slow.
                    let takes = if stage == broken { 1 } else { 10_000 };
                    sleep(Duration::from_millis(takes)).await;
                    assert!(!(stage == broken && item == 2), "stage {broken} breaks");
                    item
                }
            });
        }
        let consume = async { while pipeline.next().await.is_some() {} };
        let ended = timeout(DAY, std::panic::AssertUnwindSafe(consume).catch_unwind()).await;
        let panic = ended
            .expect("the consumer is told")
            .expect_err("of the panic");
        assert_eq!(
            panic.downcast_ref::<String>().map(String::as_str),
            Some(format!("stage {broken} breaks").as_str())
        );
        drop(pipeline);
        assert_eq!(
            (tasks::settle(0).await, calls.alive()),
            (0, 0),
            "tasks and calls left"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn giving_up_on_next_loses_no_item() {
    let mut pipeline = Pipeline::new(0..50).stage(wide(3), |item| async move {
        sleep(Duration::from_millis(10)).await;
        item
    });
    let start = Instant::now();
    let mut got = Vec::new();
    while start.elapsed() < Duration::from_secs(1) {
        match timeout(Duration::from_millis(4), pipeline.next()).await {
            Ok(Some(item)) => got.push(item),
            Ok(None) => break,
            Err(_) => {}
        }
    }
    got.sort_unstable();
    assert_eq!(
        got,
        (0..50).collect::<Vec<_>>(),
        "items that came out of 50"
    );
}

#[tokio::test(start_paused = true)]
async fn work_that_panics_when_it_is_called_is_a_panic_as_well() {
    let mut pipeline = Pipeline::new(0..10).stage(wide(2), |item| {
        assert!(item != 4, "four");
        std::future::ready(item)
    });
    let consume = async { while pipeline.next().await.is_some() {} };
    let ended = timeout(DAY, std::panic::AssertUnwindSafe(consume).catch_unwind()).await;
    assert!(
        ended.expect("the consumer is told").is_err(),
        "item 4 of 10 panics, and that is not the end"
    );
}
