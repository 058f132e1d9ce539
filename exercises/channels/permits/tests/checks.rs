//! Work is done for a place that is there. The clock is tokio's, paused: it jumps to the next timer as soon
//! as every task waits.

use std::cell::Cell;
use std::time::Duration;

use permits::{Document, Inbox, Load, Outbox, Refused, RenderError, outbox};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn document(title: &str) -> Document {
    Document {
        title: title.to_owned(),
    }
}

/// Renders after a while.
async fn rendered(title: &'static str, takes: Duration) -> Result<Document, RenderError> {
    sleep(takes).await;
    Ok(document(title))
}

async fn submitted<R>(outbox: &Outbox, render: impl FnOnce() -> R) -> Result<(), Refused>
where
    R: Future<Output = Result<Document, RenderError>>,
{
    let answer = timeout(DAY, outbox.submit(render)).await;
    answer.expect("submit must not wait for a place, and has not returned within a day")
}

/// Submits a document on a task of its own, which has started to render when this returns.
async fn under_way(
    outbox: &Outbox,
    title: &'static str,
    takes: Duration,
) -> JoinHandle<Result<(), Refused>> {
    let outbox = outbox.clone();
    let submitting = tokio::spawn(async move { outbox.submit(|| rendered(title, takes)).await });
    sleep(Duration::from_millis(1)).await;
    submitting
}

async fn next(inbox: &mut Inbox) -> Option<Document> {
    timeout(DAY, inbox.next())
        .await
        .expect("next must return, and has not within a day")
}

fn load(places: usize, taken: usize) -> Load {
    Load { places, taken }
}

#[tokio::test(start_paused = true)]
async fn documents_come_out_in_order() {
    let (outbox, mut inbox) = outbox(3);
    for title in ["a", "b", "c"] {
        assert_eq!(
            submitted(&outbox, || rendered(title, secs(1))).await,
            Ok(()),
            "{title} is one of three documents for three places"
        );
    }
    drop(outbox);
    for title in ["a", "b", "c"] {
        assert_eq!(next(&mut inbox).await, Some(document(title)));
    }
    assert_eq!(next(&mut inbox).await, None, "nobody can submit any more");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_rendered_for_a_full_outbox() {
    let (outbox, mut inbox) = outbox(2);
    for title in ["a", "b"] {
        submitted(&outbox, || rendered(title, secs(1)))
            .await
            .expect("there is a place");
    }
    let start = Instant::now();
    let asked = Cell::new(false);
    let answer = submitted(&outbox, || {
        asked.set(true);
        rendered("c", secs(20))
    })
    .await;
    assert_eq!(
        (answer, asked.get(), start.elapsed()),
        (Err(Refused::Full), false, Duration::ZERO),
        "two documents are in two places: the third must be refused at once, before its 20 s of \
         rendering (answer, whether it was rendered, after how long)"
    );
    assert_eq!(next(&mut inbox).await, Some(document("a")));
    assert_eq!(
        submitted(&outbox, || rendered("d", secs(1))).await,
        Ok(()),
        "a was taken out, so its place is free"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rendering_under_way_has_its_place() {
    let (outbox, mut inbox) = outbox(1);
    let slow = under_way(&outbox, "slow", secs(10)).await;
    assert_eq!(
        submitted(&outbox, || rendered("quick", secs(1))).await,
        Err(Refused::Full),
        "`slow` is being rendered for the one place there is"
    );
    assert_eq!(
        slow.await.expect("submit must not panic"),
        Ok(()),
        "`slow` was let in, so after its 10 s of rendering there must be room for it"
    );
    assert_eq!(next(&mut inbox).await, Some(document("slow")));
}

#[tokio::test(start_paused = true)]
async fn the_load_is_exact_at_each_moment() {
    let (outbox, mut inbox) = outbox(3);
    assert_eq!(outbox.load(), load(3, 0), "at first");
    let a = under_way(&outbox, "a", secs(1)).await;
    let b = under_way(&outbox, "b", secs(1)).await;
    assert_eq!(
        outbox.load(),
        load(3, 2),
        "two documents are being rendered"
    );
    a.await.expect("no panic").expect("there is a place");
    b.await.expect("no panic").expect("there is a place");
    assert_eq!(outbox.load(), load(3, 2), "two documents wait");
    let c = under_way(&outbox, "c", secs(1)).await;
    assert_eq!(outbox.load(), load(3, 3), "two wait, one is being rendered");
    next(&mut inbox).await.expect("two wait");
    assert_eq!(outbox.load(), load(3, 2), "one was taken out");
    c.await.expect("no panic").expect("there is a place");
    next(&mut inbox).await.expect("two wait");
    next(&mut inbox).await.expect("one waits");
    assert_eq!(outbox.load(), load(3, 0), "all are taken out");
}

#[tokio::test(start_paused = true)]
async fn a_rendering_that_comes_to_nothing_frees_its_place() {
    let (outbox, _inbox) = outbox(1);
    let error = RenderError {
        reason: "no such template".to_owned(),
    };

    let failing = error.clone();
    let failed = submitted(&outbox, || async { Err(failing) }).await;
    assert_eq!(failed, Err(Refused::Render(error)));
    assert_eq!(outbox.load(), load(1, 0), "a rendering has failed");

    let panicking = outbox.clone();
    let panicked = tokio::spawn(async move {
        panicking
            .submit(|| async { panic!("this rendering panics, as the test wants it to") })
            .await
    });
    assert!(panicked.await.is_err(), "the panic reaches the caller");
    assert_eq!(outbox.load(), load(1, 0), "a rendering has panicked");

    let gave_up = timeout(secs(1), outbox.submit(|| rendered("slow", secs(20)))).await;
    assert!(gave_up.is_err(), "the customer waits for 1 s of 20");
    assert_eq!(
        outbox.load(),
        load(1, 0),
        "the customer went away, and the future of submit was dropped"
    );

    assert_eq!(
        submitted(&outbox, || rendered("next", secs(1))).await,
        Ok(()),
        "the one place is free after all three"
    );
}

#[tokio::test(start_paused = true)]
async fn after_the_close_renderings_under_way_still_come_out() {
    let (outbox, mut inbox) = outbox(3);
    let slow = under_way(&outbox, "slow", secs(10)).await;
    inbox.close();
    let asked = Cell::new(false);
    let late = submitted(&outbox, || {
        asked.set(true);
        rendered("late", secs(1))
    })
    .await;
    assert_eq!(
        (late, asked.get()),
        (Err(Refused::Closed), false),
        "the inbox is closed: nothing new is let in, nor rendered (answer, whether it was rendered)"
    );
    assert_eq!(
        next(&mut inbox).await,
        Some(document("slow")),
        "`slow` had its place before the close, so `next` waits for it"
    );
    assert_eq!(slow.await.expect("submit must not panic"), Ok(()));
    assert_eq!(next(&mut inbox).await, None, "and nothing else is left");
}
