//! Stage 4: when a failed job is tried again, and whether.

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/chance.rs"]
mod chance;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/crew.rs"]
mod crew;

use std::sync::Arc;
use std::time::Duration;

use chance::Script;
use crew::{Notes, Paused, Remote, crew, look, memory, named, pass, put, some};
use worker_queue::{Backoff, Cause, Change, Clock as _, Failure, State, Store as _, Timestamp};

const SECOND: u64 = 1_000;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn ready(millis: u64) -> State {
    State::Ready {
        at: Timestamp::from_millis(millis),
    }
}

#[test]
fn the_longest_pause_doubles_up_to_the_cap() {
    let backoff = Backoff::new(secs(2), secs(60));
    for (attempt, longest) in [
        (1, 2),
        (2, 4),
        (3, 8),
        (5, 32),
        (6, 60),
        (7, 60),
        (32, 60),
        (33, 60),
        (65, 60),
        (u32::MAX, 60),
    ] {
        assert_eq!(
            backoff.longest(attempt),
            secs(longest),
            "after attempt {attempt}, from 2 s up to a minute"
        );
    }
    let for_ever = Backoff::new(Duration::MAX, Duration::MAX);
    assert_eq!(for_ever.longest(9), Duration::MAX, "nothing overflows");
}

#[test]
fn any_pause_up_to_the_longest_is_as_likely() {
    let backoff = Backoff::new(secs(2), secs(60));
    for drawn in [0, 1, 3_999, 7_999, 8_000] {
        let random = Script::of([drawn]);
        assert_eq!(
            backoff.pause(3, &*random),
            Duration::from_millis(drawn),
            "chance said {drawn}, of 8,000 ms that it may be. What is added to that, all who fail together wait together"
        );
        assert_eq!(random.asked(), [8_000], "asked once, for all of it");
    }
}

#[tokio::test(start_paused = true)]
async fn the_pause_grows_with_the_attempts() {
    let (store, clock, notes, random) =
        (memory(), Paused::new(), Notes::default(), Script::longest());
    let id = put(&*store, &clock, named("unlucky", 5));
    let workers = {
        let (notes, clock) = (notes.clone(), Arc::clone(&clock));
        crew(store.clone(), &clock.clone())
            .poll(Duration::from_millis(500))
            .backoff(Backoff::new(secs(1), secs(5)))
            .random(random.clone())
            .start(move |_| {
                notes.add(format!("{} ms", clock.millis()));
                async { Err(Failure::new("busy")) }
            })
    };
    pass(30 * SECOND).await;
    assert_eq!(
        notes.all(),
        ["0 ms", "1000 ms", "3000 ms", "7000 ms", "12000 ms"],
        "with the longest pause each time: 1, 2, 4 and 5 s"
    );
    let cause = Cause::Failed("busy".to_owned());
    let at = Timestamp::from_millis(12 * SECOND);
    assert_eq!(
        look(&*store, id, &clock),
        (State::Dead { at, cause }, 5),
        "the fifth of five"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn what_fails_together_comes_back_apart() {
    let (store, clock) = (memory(), Paused::new());
    let random = Script::of([700, 3, 250, 999, 1]);
    let jobs: Vec<_> = (0..5)
        .map(|_| put(&*store, &clock, named("same", 3)))
        .collect();
    let workers = crew(store.clone(), &clock)
        .places(some(1))
        .poll(secs(3_600))
        .backoff(Backoff::new(secs(1), secs(60)))
        .random(random)
        .start(|_| async { Err(Failure::new("the partner is down")) });
    pass(5).await;
    let states: Vec<State> = jobs.iter().map(|id| look(&*store, *id, &clock).0).collect();
    assert_eq!(
        states,
        [700, 3, 250, 999, 1].map(ready),
        "five jobs have failed in the same millisecond, and chance said 700, 3, 250, 999 and 1 ms"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_good_is_not_tried_again() {
    let (store, clock, notes, random) =
        (memory(), Paused::new(), Notes::default(), Script::longest());
    let id = put(&*store, &clock, named("no such order", 5));
    let workers = {
        let notes = notes.clone();
        crew(store.clone(), &clock)
            .backoff(Backoff::new(secs(1), secs(5)))
            .random(random.clone())
            .start(move |job| {
                notes.add(job.work().payload.clone());
                async { Err(Failure::new("there is no such order").for_good()) }
            })
    };
    pass(60 * SECOND).await;
    assert_eq!(
        notes.all().len(),
        1,
        "it was tried once, and said that this is for good"
    );
    let at = Timestamp::from_millis(0);
    let cause = Cause::Failed("there is no such order".to_owned());
    assert_eq!(
        look(&*store, id, &clock),
        (State::Dead { at, cause }, 1),
        "set aside at once"
    );
    assert_eq!(random.asked(), Vec::<u64>::new(), "no pause, no chance");
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn who_is_told_when_to_come_comes_after_that() {
    let (store, clock) = (memory(), Paused::new());
    let random = Script::of([300]);
    let id = put(&*store, &clock, named("limited", 3));
    let workers = crew(store.clone(), &clock)
        .poll(secs(3_600))
        .backoff(Backoff::new(secs(1), secs(5)))
        .random(random)
        .start(|_| async { Err(Failure::new("429").not_before(secs(20))) });
    pass(1).await;
    assert_eq!(
        look(&*store, id, &clock),
        (ready(20_300), 1),
        "not before 20 s, which is longer than the cap, and then 300 ms by chance: others were told 20 s as well"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn what_follows_a_failure_is_decided_once() {
    let (store, clock) = (memory(), Paused::new());
    let random = Script::of([900, 5, 5, 5, 5, 5, 5]);
    let id = put(&*store, &clock, named("unlucky", 3));
    let remote = Remote::new(store.clone());
    let workers = crew(remote.clone(), &clock)
        .backoff(Backoff::new(secs(1), secs(5)))
        .random(random.clone())
        .start(|job| {
            let first = job.attempts() == 1;
            async move {
                if first {
                    pass(2 * SECOND).await;
                    return Err(Failure::new("busy"));
                }
                pass(600 * SECOND).await;
                Ok(())
            }
        });
    pass(SECOND).await;
    remote.set_away(true);
    pass(4 * SECOND + 500).await;
    remote.set_away(false);
    pass(SECOND).await;
    assert_eq!(
        random.asked(),
        [1_000],
        "one failure is one pause, although the store was away from 1 s to 5.5 s and had to be told several times"
    );
    let (state, attempts) = look(&*store, id, &clock);
    assert!(
        matches!(state, State::Leased { .. }) && attempts == 2,
        "it failed at 2 s, with a pause of 0.9 s. That is over when the store hears of it, so it is ready at once: {state:?}"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_revived_job_begins_with_the_first_pause() {
    let (store, clock, random) = (memory(), Paused::new(), Script::longest());
    let id = put(&*store, &clock, named("unlucky", 3));
    let workers = crew(store.clone(), &clock)
        .backoff(Backoff::new(secs(1), secs(60)))
        .random(random.clone())
        .start(|_| async { Err(Failure::new("busy")) });
    pass(20 * SECOND).await;
    let first = random.asked();
    let revived = store.change(id, &Change::Revive, clock.now());
    let revived = revived.expect("the store is well");
    assert!(
        revived.is_ok(),
        "three of three attempts have failed: {revived:?}"
    );
    pass(20 * SECOND).await;
    let all = random.asked();
    assert_eq!(
        all,
        [first.clone(), first].concat(),
        "an operator has mended something and revived the job: its pauses are those of a new one"
    );
    assert_eq!(all[..2], [1_000, 2_000], "1 s, then 2 s");
    workers.drain(Duration::ZERO).await;
}
