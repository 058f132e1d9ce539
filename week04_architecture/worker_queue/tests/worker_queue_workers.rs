//! Stage 3: workers. Time is the runtime's, and paused: it moves when all wait for it.

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/crew.rs"]
mod crew;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/stores.rs"]
mod stores;

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;

use crew::{Notes, Paused, Remote, crew, look, memory, named, pass, put, some};
use stores::{Folder, claim};
use tokio::time::Instant;
use worker_queue::{Cause, Failure, Job, State, Store, Timestamp};

const SECOND: u64 = 1_000;

fn done(millis: u64) -> State {
    State::Done {
        at: Timestamp::from_millis(millis),
    }
}

fn name(job: &Job) -> String {
    job.work().payload.clone()
}

#[tokio::test(start_paused = true)]
async fn each_job_is_handled_and_done() {
    let folder = Folder::new();
    let (store, clock, notes) = (Arc::new(folder.open()), Paused::new(), Notes::default());
    let jobs: Vec<_> = (0..12)
        .map(|number| put(&*store, &clock, named(&format!("job {number:02}"), 3)))
        .collect();
    let workers = {
        let notes = notes.clone();
        crew(store.clone(), &clock)
            .places(some(3))
            .start(move |job| {
                let notes = notes.clone();
                async move {
                    notes.add(name(&job));
                    Ok(())
                }
            })
    };
    pass(5 * SECOND).await;
    let mut handled = notes.all();
    handled.sort();
    let expected: Vec<String> = (0..12).map(|number| format!("job {number:02}")).collect();
    assert_eq!(handled, expected, "each of 12 jobs is handled once");
    for id in jobs {
        let (state, attempts) = look(&*store, id, &clock);
        assert!(
            matches!(state, State::Done { .. }) && attempts == 1,
            "{id:?} was handled at the first attempt, and is {state:?} after {attempts}"
        );
    }
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn so_many_as_there_are_places_and_nothing_waits_in_them() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    for number in 0..5 {
        put(&*store, &clock, named(&format!("{number}"), 3));
    }
    let workers = {
        let notes = notes.clone();
        crew(store.clone(), &clock)
            .places(some(3))
            .start(move |job| {
                let notes = notes.clone();
                async move {
                    notes.add(name(&job));
                    pass(4 * SECOND).await;
                    Ok(())
                }
            })
    };
    pass(2 * SECOND).await;
    let census = store.census(Timestamp::from_millis(clock.millis()));
    let census = census.expect("the store is well");
    assert_eq!(
        (notes.all().len(), census.leased, census.ready),
        (3, 3, 2),
        "three places and five jobs: handled, leased, ready. What is leased and not handled loses its time, and nobody else may take it"
    );
    pass(4 * SECOND).await;
    assert_eq!(notes.all().len(), 5, "a place that is free takes the next");
    workers.drain(Duration::MAX).await;
    assert_eq!(
        clock.millis(),
        8 * SECOND,
        "the last of them end at 8 s, and no end is too late for the drain"
    );
}

#[tokio::test(start_paused = true)]
async fn a_long_handler_keeps_its_lease() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let id = put(&*store, &clock, named("long", 3));
    let workers = {
        let notes = notes.clone();
        crew(store.clone(), &clock)
            .places(some(2))
            .start(move |job| {
                let notes = notes.clone();
                async move {
                    notes.add(format!("{} begun", name(&job)));
                    pass(35 * SECOND).await;
                    notes.add(format!("{} done", name(&job)));
                    Ok(())
                }
            })
    };
    pass(40 * SECOND).await;
    assert_eq!(
        notes.all(),
        ["long begun", "long done"],
        "it takes 35 s with a lease of 10 s, and its worker is alive all the time"
    );
    assert_eq!(look(&*store, id, &clock), (done(35 * SECOND), 1), "done");
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn the_job_of_a_worker_that_has_died_is_taken_over() {
    let (store, clock) = (memory(), Paused::new());
    let id = put(&*store, &clock, named("orphan", 3));
    claim(&*store, 0).expect("a process claims it, and is killed");
    let workers = crew(store.clone(), &clock).start(|_| async { Ok(()) });
    pass(9 * SECOND + 900).await;
    let (state, attempts) = look(&*store, id, &clock);
    assert!(
        matches!(state, State::Leased { .. }) && attempts == 1,
        "the lease is not over, and nobody can know that its worker is dead: {state:?}, {attempts}"
    );
    pass(SECOND + 200).await;
    let (state, attempts) = look(&*store, id, &clock);
    assert!(
        matches!(state, State::Done { .. }) && attempts == 2,
        "over since 10 s, and a place looks every second: {state:?}, {attempts}"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn who_has_lost_its_lease_stops() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let id = put(&*store, &clock, named("torn", 3));
    let remote = Remote::new(store.clone());
    let cut_off = {
        let notes = notes.clone();
        crew(remote.clone(), &clock).start(move |_| {
            let guard = notes.when_dropped("cut off");
            async move {
                pending::<()>().await;
                drop(guard);
                Ok(())
            }
        })
    };
    pass(SECOND).await;
    remote.set_away(true);
    let other = {
        let notes = notes.clone();
        crew(store.clone(), &clock).start(move |_| {
            let notes = notes.clone();
            async move {
                notes.add("other begun");
                pass(30 * SECOND).await;
                notes.add("other done");
                Ok(())
            }
        })
    };
    pass(14 * SECOND).await;
    assert_eq!(
        notes.all(),
        ["other begun"],
        "the first can't reach the store, so its lease was over at 10 s, or at 11 s at most, and another has the job"
    );
    remote.set_away(false);
    pass(5 * SECOND).await;
    assert_eq!(
        notes.all(),
        ["other begun", "cut off gone"],
        "it reaches the store again, and hears at the next heartbeat that its lease is over. What it goes on with, two do"
    );
    pass(30 * SECOND).await;
    let (state, attempts) = look(&*store, id, &clock);
    assert!(
        matches!(state, State::Done { .. }) && attempts == 2,
        "done by the other: {state:?} after {attempts} attempts"
    );
    assert_eq!(notes.all()[2..], ["other done"], "and by no third");
    cut_off.drain(Duration::ZERO).await;
    other.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_of_its_job() {
    let (store, clock) = (memory(), Paused::new());
    let early = put(&*store, &clock, named("early", 1));
    let late = put(&*store, &clock, named("late", 2));
    let well = put(&*store, &clock, named("well", 1));
    let workers = crew(store.clone(), &clock).start(|job| {
        let name = name(&job);
        assert_ne!(name, "early", "no future was made yet");
        async move {
            tokio::task::yield_now().await;
            if name == "late" {
                panic!("the printer is on fire");
            }
            Ok(())
        }
    });
    pass(5 * SECOND).await;
    let (state, _) = look(&*store, well, &clock);
    assert!(
        matches!(state, State::Done { .. }),
        "the one place has met two panics before this job, and is to go on: {state:?}"
    );
    for (id, attempts, said) in [(early, 1, "no future was made yet"), (late, 2, "on fire")] {
        match look(&*store, id, &clock) {
            (
                State::Dead {
                    cause: Cause::Failed(why),
                    ..
                },
                tried,
            ) => {
                assert_eq!(tried, attempts, "{id:?} has so many attempts: {why}");
                assert!(
                    why.contains("panicked") && why.contains(said),
                    "who looks at the dead job wants to know what the panic said, and reads {why:?}"
                );
            }
            other => panic!("{id:?} panics at each attempt, and is {other:?}"),
        }
    }
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_tried_again_after_the_pause() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let id = put(&*store, &clock, named("unlucky", 3));
    let workers = {
        let (notes, clock) = (notes.clone(), Arc::clone(&clock));
        crew(store.clone(), &clock.clone()).start(move |job| {
            notes.add(format!("attempt {} at {}", job.attempts(), clock.millis()));
            let lucky = job.attempts() == 2;
            async move {
                if lucky {
                    Ok(())
                } else {
                    Err(Failure::new("busy"))
                }
            }
        })
    };
    pass(5 * SECOND).await;
    let told = notes.all();
    assert_eq!(told[0], "attempt 1 at 0", "at once");
    let second = told.get(1).map(String::as_str);
    assert!(
        matches!(second, Some("attempt 2 at 2000" | "attempt 2 at 3000")),
        "a pause of 2 s, and a look every second: {told:?}"
    );
    assert!(
        matches!(look(&*store, id, &clock), (State::Done { .. }, 2)),
        "done at the second attempt"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_what_has_begun_and_begins_nothing() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let begun = put(&*store, &clock, named("begun", 3));
    let waiting = put(&*store, &clock, named("waiting", 3));
    let workers = {
        let notes = notes.clone();
        crew(store.clone(), &clock).start(move |job| {
            notes.add(name(&job));
            async {
                pass(14 * SECOND).await;
                Ok(())
            }
        })
    };
    pass(SECOND).await;
    let asked = Instant::now();
    workers.drain(Duration::from_secs(60)).await;
    assert_eq!(
        asked.elapsed(),
        Duration::from_secs(13),
        "the job that has begun needs 13 s more, of 60 that it may take"
    );
    assert_eq!(
        look(&*store, begun, &clock),
        (done(14 * SECOND), 1),
        "its lease of 10 s was kept up"
    );
    assert_eq!(notes.all(), ["begun"], "and nothing was begun after that");
    assert!(
        matches!(look(&*store, waiting, &clock), (State::Ready { .. }, 0)),
        "the other one is for the next process"
    );
}

#[tokio::test(start_paused = true)]
async fn a_drain_has_an_end() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let id = put(&*store, &clock, named("endless", 3));
    let workers = {
        let notes = notes.clone();
        crew(store.clone(), &clock).start(move |job| {
            let guard = notes.when_dropped(&name(&job));
            async move {
                pending::<()>().await;
                drop(guard);
                Ok(())
            }
        })
    };
    pass(SECOND).await;
    let asked = Instant::now();
    workers.drain(Duration::from_secs(5)).await;
    assert_eq!(
        asked.elapsed(),
        Duration::from_secs(5),
        "as long as it was told to wait"
    );
    assert_eq!(
        notes.all(),
        ["endless gone"],
        "no handler runs after the drain"
    );
    let (state, attempts) = look(&*store, id, &clock);
    assert_eq!(
        (state, attempts),
        (
            State::Ready {
                at: Timestamp::from_millis(6 * SECOND)
            },
            1
        ),
        "ready for others at once: nobody should have to wait for the lease of a process that has told it would go"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_claimed_and_not_begun_is_given_back() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let id = put(&*store, &clock, named("claimed", 1));
    let remote = Remote::new(store.clone());
    let (go_on, hold) = mpsc::channel();
    *remote.hold.lock().expect("nobody panics with it") = Some(hold);
    let workers = {
        let notes = notes.clone();
        crew(remote.clone(), &clock).start(move |job| {
            notes.add(name(&job));
            async { Ok(()) }
        })
    };
    // The claim is made, on its way back, and slow.
    while !matches!(look(&*store, id, &clock), (State::Leased { .. }, 1)) {
        tokio::task::yield_now().await;
    }
    let drain = tokio::spawn(workers.drain(Duration::from_secs(5)));
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    drop(go_on);
    drain.await.expect("a drain does not panic");
    assert_eq!(
        notes.all(),
        Vec::<String>::new(),
        "it came after the drain, and is not begun"
    );
    let (state, attempts) = look(&*store, id, &clock);
    assert!(
        matches!(state, State::Ready { .. }) && attempts == 0,
        "given back, and without its only attempt: {state:?} after {attempts}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_ends_no_worker() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let remote = Remote::new(store.clone());
    let during = put(&*store, &clock, named("during", 3));
    let workers = {
        let notes = notes.clone();
        crew(remote.clone(), &clock).start(move |job| {
            notes.add(name(&job));
            async {
                pass(2 * SECOND).await;
                Ok(())
            }
        })
    };
    pass(SECOND).await;
    remote.set_away(true);
    pass(5 * SECOND).await;
    remote.set_away(false);
    pass(1_500).await;
    let (state, attempts) = look(&*store, during, &clock);
    assert!(
        matches!(state, State::Done { .. }) && attempts == 1,
        "it was done while the store was away, from 1 s to 6 s; the lease is good until 10 s, so the answer is to come again: \
         {state:?} after {attempts}"
    );
    remote.set_away(true);
    let before = remote.claims.load(Ordering::SeqCst);
    pass(30 * SECOND).await;
    let asked = remote.claims.load(Ordering::SeqCst) - before;
    assert!(
        (1..=31).contains(&asked),
        "a look every second for 30 s, and {asked} were made"
    );
    let after = put(&*store, &clock, named("after", 3));
    remote.set_away(false);
    pass(4 * SECOND).await;
    assert!(
        matches!(look(&*store, after, &clock), (State::Done { .. }, 1)),
        "the store is back, and so are the workers: {:?}",
        notes.all()
    );
    workers.drain(Duration::ZERO).await;
}
