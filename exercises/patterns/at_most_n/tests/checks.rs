//! How many calls are in flight, which is next, and what becomes of a place. The clock is tokio's,
//! paused: it jumps to the next timer as soon as every task waits.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use at_most_n::Limit;
use probes::live::Tracker;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn limit(most: usize) -> Arc<Limit> {
    Arc::new(Limit::new(
        NonZeroUsize::new(most).expect("a limit is not zero"),
    ))
}

/// The service that is called. It knows who is in flight, and writes down who came when.
#[derive(Clone, Default)]
struct Partner {
    in_flight: Tracker,
    started: Arc<Mutex<Vec<String>>>,
}

impl Partner {
    /// A call that takes so long, and is answered with its own name.
    async fn call(self, name: impl Into<String>, takes: Duration) -> String {
        let name = name.into();
        let _in_flight = self.in_flight.token();
        self.started
            .lock()
            .expect("no panic under the lock")
            .push(name.clone());
        sleep(takes).await;
        name
    }

    fn started(&self) -> Vec<String> {
        self.started
            .lock()
            .expect("no panic under the lock")
            .clone()
    }
}

/// Runs so many calls of 25 ms, all asked for at once, and returns how long that took. `before` says what
/// went before, for the case that they get no place.
async fn run_all(before: &str, calls: u32, limit: &Arc<Limit>, partner: &Partner) -> Duration {
    let start = Instant::now();
    let mut running = JoinSet::new();
    for n in 0..calls {
        let (limit, partner) = (Arc::clone(limit), partner.clone());
        running.spawn(async move {
            let name = format!("call {n}");
            let answer = limit.run(partner.call(name.clone(), ms(25))).await;
            assert_eq!(answer, name, "each caller gets the answer of its own call");
        });
    }
    let ended = timeout(DAY, async {
        while let Some(ended) = running.join_next().await {
            ended.expect("no call panics");
        }
    });
    assert!(
        ended.await.is_ok(),
        "{before}; of the {calls} calls that come now, {} have not ended after a day",
        running.len()
    );
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_are_never_more_than_sixteen_at_once() {
    let (limit, partner) = (limit(16), Partner::default());
    run_all("no call was made before", 1_000, &limit, &partner).await;
    let most = partner.in_flight.most();
    assert!(
        most <= 16,
        "the limit is 16, and {most} calls were in flight at the same time"
    );
    assert_eq!(
        most, 16,
        "of 1,000 calls as many as the limit allows must be in flight"
    );
}

#[tokio::test(start_paused = true)]
async fn a_place_that_gets_free_is_taken_at_once() {
    let (limit, partner) = (limit(4), Partner::default());
    let took = run_all("no call was made before", 20, &limit, &partner).await;
    assert_eq!(
        took,
        ms(5 * 25),
        "20 calls of 25 ms, 4 at a time, are 5 rounds; a call must start in the moment in which \
         another one ends"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_start_in_the_order_in_which_they_came() {
    let (limit, partner) = (limit(1), Partner::default());
    let mut callers = JoinSet::new();
    // The first caller asks again as soon as it has its answer: behind those who have waited meanwhile.
    {
        let (limit, partner) = (Arc::clone(&limit), partner.clone());
        callers.spawn(async move {
            limit.run(partner.clone().call("first", ms(35))).await;
            limit.run(partner.call("first, again", ms(35))).await;
        });
    }
    // One comes while the place is taken, one while it is taken by another, and so on.
    for (comes, name) in [(1, "second"), (2, "third"), (37, "fourth"), (72, "fifth")] {
        let (limit, partner) = (Arc::clone(&limit), partner.clone());
        callers.spawn(async move {
            sleep(ms(comes)).await;
            limit.run(partner.call(name, ms(35))).await;
        });
    }
    let ended = timeout(DAY, callers.join_all()).await;
    assert!(ended.is_ok(), "calls still wait after a day");
    assert_eq!(
        partner.started(),
        [
            "first",
            "second",
            "third",
            "first, again",
            "fourth",
            "fifth"
        ],
        "there is one place; calls came at 0, 1, 2, 35, 37 and 72 ms, the one at 35 ms in the moment in \
         which the first place got free, and each must start before those that came after it"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_panics_gives_its_place_back() {
    let (limit, partner) = (limit(3), Partner::default());
    for _ in 0..3 {
        let (limit, partner) = (Arc::clone(&limit), partner.clone());
        let panicked = tokio::spawn(async move {
            let call = async {
                partner.call("broken", ms(1)).await;
                panic!("this call panics, as the test wants it to");
            };
            limit.run(call).await
        });
        assert!(
            panicked.await.is_err_and(|error| error.is_panic()),
            "a call's panic must reach its own caller"
        );
    }
    let before = "there are 3 places, and 3 calls have panicked";
    let took = run_all(before, 3, &limit, &partner).await;
    assert_eq!(took, ms(25), "{before}: all 3 places must be free again");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_gives_its_place_back() {
    let (limit, partner) = (limit(2), Partner::default());
    let mut gone = JoinSet::new();
    // Two are dropped in flight, three while they wait.
    for n in 0..5 {
        let (limit, partner) = (Arc::clone(&limit), partner.clone());
        gone.spawn(async move {
            let call = partner.call(format!("abandoned {n}"), DAY);
            // Those that wait go first: nobody makes room for them before.
            let patience = if n < 2 { ms(20) } else { ms(5) };
            assert!(
                timeout(patience, limit.run(call)).await.is_err(),
                "a call of a day is not answered after {patience:?}"
            );
        });
    }
    gone.join_all().await;
    let before = "there are 2 places; 2 calls were dropped in flight, and 3 while they waited";
    let took = run_all(before, 2, &limit, &partner).await;
    assert_eq!(took, ms(25), "{before}: both places must be free again");
    let started = partner.started();
    assert!(
        started[..2]
            .iter()
            .all(|name| name.starts_with("abandoned"))
            && started[2..].iter().all(|name| name.starts_with("call")),
        "calls 2 to 4 were dropped while they waited and must never start; started have {started:?}"
    );
}
