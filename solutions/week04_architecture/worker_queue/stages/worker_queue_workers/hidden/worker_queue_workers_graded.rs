//! Stage 3: two crews, crews that are dropped, and a network that is away at bad moments.

#[allow(dead_code, reason = "each test file uses its own part")]
mod crew {
    include!("support/crew.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod stores {
    include!("support/stores.rs");
}

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use crew::{Notes, Paused, Remote, crew, look, memory, named, pass, put, some};
use stores::Folder;
use tokio::time::Instant;
use worker_queue::State;

const SECOND: u64 = 1_000;

#[tokio::test(start_paused = true)]
async fn two_crews_share_a_file() {
    let folder = Folder::new();
    let (clock, notes) = (Paused::new(), Notes::default());
    let store = folder.open();
    for number in 0..24 {
        put(&store, &clock, named(&format!("job {number:02}"), 3));
    }
    let crews: Vec<_> = ["left", "right"]
        .into_iter()
        .map(|side| {
            let notes = notes.clone();
            let builder = crew(Arc::new(folder.open()), &clock).places(some(3));
            builder.start(move |job| {
                notes.add(format!("{} {side}", job.work().payload));
                async {
                    pass(SECOND).await;
                    Ok(())
                }
            })
        })
        .collect();
    pass(20 * SECOND).await;
    let mut handled = notes.all();
    handled.sort();
    let jobs: Vec<&str> = handled.iter().map(|note| &note[..6]).collect();
    let expected: Vec<String> = (0..24).map(|number| format!("job {number:02}")).collect();
    assert_eq!(
        jobs, expected,
        "each job once, by one of the two crews: {handled:?}"
    );
    for side in ["left", "right"] {
        assert!(
            handled.iter().any(|note| note.ends_with(side)),
            "both crews have had jobs: {handled:?}"
        );
    }
    for crew in crews {
        crew.drain(Duration::ZERO).await;
    }
}

#[tokio::test(start_paused = true)]
async fn workers_that_are_dropped_end() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let id = put(&*store, &clock, named("orphan", 3));
    let workers = {
        let notes = notes.clone();
        crew(store.clone(), &clock).start(move |_| {
            let guard = notes.when_dropped("first");
            async move {
                pending::<()>().await;
                drop(guard);
                Ok(())
            }
        })
    };
    pass(SECOND).await;
    drop(workers);
    pass(1).await;
    assert_eq!(
        notes.all(),
        ["first gone"],
        "no handler outlives its workers"
    );
    let other = crew(store.clone(), &clock).start(|_| async { Ok(()) });
    pass(12 * SECOND).await;
    assert!(
        matches!(look(&*store, id, &clock), (State::Done { .. }, 2)),
        "its lease runs out, and another takes it: {:?}",
        look(&*store, id, &clock)
    );
    other.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_although_the_store_is_away() {
    let (store, clock) = (memory(), Paused::new());
    put(&*store, &clock, named("done in vain", 3));
    let remote = Remote::new(store.clone());
    let workers = crew(remote.clone(), &clock).start(|_| async {
        pass(2 * SECOND).await;
        Ok(())
    });
    pass(SECOND).await;
    remote.set_away(true);
    pass(2 * SECOND).await;
    let asked = Instant::now();
    workers.drain(Duration::from_secs(3)).await;
    assert!(
        asked.elapsed() <= Duration::from_secs(3),
        "nobody is there to hear that the job is done, and the drain may take 3 s: it took {:?}",
        asked.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_may_get_lost() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let id = put(&*store, &clock, named("long", 3));
    let remote = Remote::new(store.clone());
    let workers = {
        let notes = notes.clone();
        crew(remote.clone(), &clock).start(move |_| {
            notes.add("begun");
            async {
                pass(25 * SECOND).await;
                Ok(())
            }
        })
    };
    for _ in 0..3 {
        pass(2 * SECOND).await;
        remote.set_away(true);
        pass(4 * SECOND).await;
        remote.set_away(false);
        pass(4 * SECOND).await;
    }
    assert_eq!(
        notes.all(),
        ["begun"],
        "the store was never away for as long as the lease lasts"
    );
    assert!(
        matches!(look(&*store, id, &clock), (State::Done { .. }, 1)),
        "done at the first attempt: {:?}",
        look(&*store, id, &clock)
    );
    workers.drain(Duration::ZERO).await;
}
