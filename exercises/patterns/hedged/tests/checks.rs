//! When there is a second request, which one counts, and how many there are when everything is slow. The
//! clock is tokio's, paused: it jumps to the next timer as soon as every task waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hedged::{Hedge, Settings};
use probes::live::Tracker;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const AFTER: Duration = ms(100);

fn hedge(every: u32, burst: u32) -> Hedge {
    Hedge::new(Settings {
        after: AFTER,
        every,
        burst,
    })
}

/// A request that takes so many milliseconds and then fails or not.
#[derive(Debug, Clone, Copy)]
enum Takes {
    Ok(u64),
    Err(u64),
}

/// The search, whose requests are numbered from 1. Their plan says how long each takes.
#[derive(Default)]
struct Search {
    plan: Vec<Takes>,
    made: AtomicUsize,
    under_way: Tracker,
}

/// What a request says: its number.
type Answer = Result<usize, usize>;

impl Search {
    fn with(plan: &[Takes]) -> Self {
        Self {
            plan: plan.to_vec(),
            ..Self::default()
        }
    }

    /// The next request. The plan's last line holds for all that come after it.
    async fn request(&self) -> Answer {
        let number = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        let _under_way = self.under_way.token();
        match self.plan[(number - 1).min(self.plan.len() - 1)] {
            Takes::Ok(millis) => {
                sleep(ms(millis)).await;
                Ok(number)
            }
            Takes::Err(millis) => {
                sleep(ms(millis)).await;
                Err(number)
            }
        }
    }

    fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }
}

/// What one call gets whose requests take so long: the answer, after how many milliseconds, how many
/// requests were made, and how many are still under way when the call returns.
async fn call(plan: &[Takes]) -> (Answer, u128, usize, usize) {
    let search = Search::with(plan);
    let hedge = hedge(10, 5);
    let start = Instant::now();
    let answer = timeout(ms(100_000), hedge.call(|| search.request()))
        .await
        .unwrap_or_else(|_| panic!("a call with requests {plan:?} has had no answer for 100 s"));
    let left = search.under_way.alive();
    (answer, start.elapsed().as_millis(), search.made(), left)
}

#[tokio::test(start_paused = true)]
async fn a_request_in_time_is_the_only_one() {
    for millis in [0, 20, 99] {
        assert_eq!(
            call(&[Takes::Ok(millis)]).await,
            (Ok(1), u128::from(millis), 1, 0),
            "the request takes {millis} ms and has 100 ms for itself: \
             (answer, after how many ms, requests made, still under way)"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn after_that_there_is_a_second() {
    assert_eq!(
        call(&[Takes::Ok(10_000), Takes::Ok(30)]).await,
        (Ok(2), 130, 2, 0),
        "the first request takes 10,000 ms, the second is made after 100 ms and takes 30 ms; the first must \
         be gone when the call returns: (answer, after how many ms, requests made, still under way)"
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_request_may_still_win() {
    assert_eq!(
        call(&[Takes::Ok(150), Takes::Ok(1_000)]).await,
        (Ok(1), 150, 2, 0),
        "the first request takes 150 ms, the second is made after 100 ms and takes 1,000 ms; the first \
         request must go on beside the second: (answer, after how many ms, requests made, still under way)"
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_in_time_is_an_answer() {
    assert_eq!(
        call(&[Takes::Err(20), Takes::Ok(5)]).await,
        (Err(1), 20, 1, 0),
        "the first request fails after 20 ms; a request that fails in time has answered, and hedging is no \
         retry: (answer, after how many ms, requests made, still under way)"
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_of_one_leaves_the_other_its_chance() {
    let cases = [
        ([Takes::Err(120), Takes::Ok(60)], (Ok(2), 160, 2, 0)),
        ([Takes::Ok(150), Takes::Err(10)], (Ok(1), 150, 2, 0)),
        ([Takes::Err(150), Takes::Err(10)], (Err(1), 150, 2, 0)),
        ([Takes::Err(120), Takes::Err(60)], (Err(2), 160, 2, 0)),
    ];
    for (plan, expected) in cases {
        assert_eq!(
            call(&plan).await,
            expected,
            "the requests take {plan:?}, the second from 100 ms on; a request that fails must leave the other \
             one its chance, and if both fail the last error counts: \
             (answer, after how many ms, requests made, still under way)"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn when_all_are_slow_the_budget_ends() {
    // One after the other: two are saved, and each ten calls save one more.
    let (search, budget) = (Search::with(&[Takes::Ok(1_000)]), hedge(10, 2));
    let mut hedged = Vec::new();
    for call in 1..=50 {
        let before = search.made();
        let _ = budget.call(|| search.request()).await;
        if search.made() > before + 1 {
            hedged.push(call);
        }
    }
    assert_eq!(
        hedged,
        [1, 2, 11, 21, 31, 41],
        "50 calls, one after the other, all of them slow; two second requests are saved up, and each call \
         saves a tenth of one. These calls made a second request"
    );

    // At the same time, and a call that could be spawned.
    let (search, budget) = (
        Arc::new(Search::with(&[Takes::Ok(1_000)])),
        Arc::new(hedge(10, 3)),
    );
    let mut calls = JoinSet::new();
    let start = Instant::now();
    for _ in 0..100 {
        let (search, budget) = (Arc::clone(&search), Arc::clone(&budget));
        calls.spawn(async move { budget.call(|| search.request()).await });
    }
    let answers = calls.join_all().await;
    assert_eq!(
        (search.made(), start.elapsed().as_millis()),
        (103, 1_000),
        "100 calls at the same time, all of them slow, and three second requests are saved up (requests \
         made, and after how many ms all calls had their answer)"
    );
    assert!(
        answers.iter().all(Result::is_ok),
        "a call without a second request waits for its first one"
    );
}

#[tokio::test(start_paused = true)]
async fn the_budget_moves_when_calls_begin_and_not_when_they_end() {
    let slow = Search::with(&[Takes::Ok(1_000)]);
    let one = hedge(10, 1);
    let dropped = timeout(ms(150), one.call(|| slow.request())).await;
    assert!(
        dropped.is_err() && slow.made() == 2,
        "a call that is dropped after 150 ms has made its second request"
    );
    let _ = one.call(|| slow.request()).await;
    assert_eq!(
        slow.made(),
        2 + 1,
        "one second request was saved up, and a call that has made it was dropped: it is used up all the same \
         (requests of that call and of the next one)"
    );

    let (search, budget) = (
        Arc::new(Search::with(&[Takes::Ok(1_000)])),
        Arc::new(hedge(10, 3)),
    );
    for _ in 0..3 {
        let _ = budget.call(|| search.request()).await;
    }
    assert_eq!(search.made(), 6, "three slow calls use up what was saved");
    let mut calls = JoinSet::new();
    for _ in 0..25 {
        let (search, budget) = (Arc::clone(&search), Arc::clone(&budget));
        calls.spawn(async move { budget.call(|| search.request()).await });
    }
    let _ = calls.join_all().await;
    assert_eq!(
        search.made() - 6,
        25 + 2,
        "25 slow calls begin at the same time, with two tenths left in the budget. Each saves a tenth when it \
         begins, so there is enough for two second requests before any of them has ended (requests made)"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_in_time_save_up_to_the_burst() {
    // 100 fast requests, then slow ones.
    let mut plan = vec![Takes::Ok(1); 100];
    plan.push(Takes::Ok(1_000));
    let (search, hedge) = (Search::with(&plan), hedge(10, 4));
    for _ in 0..100 {
        let _ = hedge.call(|| search.request()).await;
    }
    assert_eq!(search.made(), 100, "100 calls whose requests take 1 ms");
    for _ in 0..9 {
        let _ = hedge.call(|| search.request()).await;
    }
    assert_eq!(
        search.made(),
        100 + 9 + 4,
        "100 fast calls, then 9 slow ones; never more than 4 second requests are saved up, however many calls \
         did without (requests made)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_leaves_nothing() {
    let search = Search::with(&[Takes::Ok(10_000)]);
    let hedge = hedge(10, 5);
    for (patience, requests) in [(50, 1), (150, 2)] {
        let before = search.made();
        let call = timeout(ms(patience), hedge.call(|| search.request()));
        assert!(call.await.is_err(), "requests take 10,000 ms");
        assert_eq!(
            (search.made() - before, search.under_way.alive()),
            (requests, 0),
            "a call was dropped after {patience} ms (requests made, and still under way)"
        );
    }
}
