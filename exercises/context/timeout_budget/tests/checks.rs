//! Three calls, one budget. The clock is tokio's, paused: it jumps to the next timer when everybody waits.

use std::sync::Mutex;
use std::time::Duration;

use probes::live::Tracker;
use timeout_budget::{NoQuote, Quote, Refused, Services, Step, WORTH_ASKING, quote};
use tokio::time::{Instant, sleep};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Services that take the given times, and note what they are asked.
struct Fake {
    /// In milliseconds: stock, price, delivery.
    takes: [u64; 3],
    refuses: Option<Step>,
    /// Who was asked, with what was left in milliseconds.
    asked: Mutex<Vec<(Step, u128)>>,
    /// Requests that are under way.
    requests: Tracker,
}

impl Fake {
    fn new(takes: [u64; 3]) -> Self {
        Self {
            takes,
            refuses: None,
            asked: Mutex::default(),
            requests: Tracker::new(),
        }
    }

    fn asked(&self) -> Vec<(Step, u128)> {
        self.asked.lock().expect("no panic under the lock").clone()
    }
}

impl Services for Fake {
    async fn ask(&self, step: Step, article: &str, left: Duration) -> Result<u64, Refused> {
        assert_eq!(article, "lamp", "asked for another article");
        let _request = self.requests.token();
        self.asked
            .lock()
            .expect("no panic under the lock")
            .push((step, left.as_millis()));
        let takes = self.takes[step as usize];
        sleep(ms(takes)).await;
        if self.refuses == Some(step) {
            return Err(Refused("no such article".to_owned()));
        }
        Ok(takes)
    }
}

/// The result, and after how many milliseconds it came.
async fn run(services: &Fake, budget: Duration) -> (Result<Quote, NoQuote>, u128) {
    let start = Instant::now();
    let result = quote(services, "lamp", budget).await;
    (result, start.elapsed().as_millis())
}

#[tokio::test(start_paused = true)]
async fn each_service_is_told_what_is_left() {
    let services = Fake::new([300, 200, 100]);
    let (result, took) = run(&services, ms(1_000)).await;
    assert_eq!(
        services.asked(),
        [
            (Step::Stock, 1_000),
            (Step::Price, 700),
            (Step::Delivery, 500)
        ],
        "stock takes 300 ms of a budget of 1,000, price takes 200. These services were told how much was left \
         when they were asked: 1,000, then 700, then 500"
    );
    assert_eq!(
        (result, took),
        (
            Ok(Quote {
                stock: 300,
                cents: 200,
                days: 100
            }),
            600
        ),
        "all have answered after 600 ms"
    );
}

#[tokio::test(start_paused = true)]
async fn three_slow_calls_share_one_budget() {
    let services = Fake::new([400, 400, 400]);
    let (result, took) = run(&services, ms(1_000)).await;
    assert_eq!(
        (result, took),
        (Err(NoQuote::Late(Step::Delivery)), 1_000),
        "three calls of 400 ms on one budget of 1,000: the third one is late, after 1,000 ms in all"
    );
    assert_eq!(
        services.asked().last(),
        Some(&(Step::Delivery, 200)),
        "these services were told how much was left; for delivery that is 200 of 1,000 ms"
    );
    assert_eq!(
        services.requests.alive(),
        0,
        "the request that was late is withdrawn, and not left running"
    );

    let services = Fake::new([60_000, 1, 1]);
    let (result, took) = run(&services, ms(1_000)).await;
    assert_eq!(
        (result, took, services.asked().len()),
        (Err(NoQuote::Late(Step::Stock)), 1_000, 1),
        "stock uses up the whole budget: it is the one that is late, and nobody else is asked"
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_fast_call_leaves_is_for_the_others() {
    for takes in [[10, 10, 900], [10, 900, 10], [900, 10, 10]] {
        let services = Fake::new(takes);
        let (result, took) = run(&services, ms(1_000)).await;
        assert!(
            result.is_ok() && took == 920,
            "calls of {takes:?} ms fit into a budget of 1,000: what one does not use is there for the \
             ones after it. The result after {took} ms is {result:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_worth_asking_is_not_asked() {
    assert_eq!(WORTH_ASKING, ms(20), "the constant stays as it is");
    for (takes, budget, late, asked) in [
        ([500, 481, 1], 1_000, Step::Delivery, 2),
        ([981, 1, 1], 1_000, Step::Price, 1),
        ([1, 1, 1], 19, Step::Stock, 0),
        ([1, 1, 1], 0, Step::Stock, 0),
    ] {
        let services = Fake::new(takes);
        let (result, took) = run(&services, ms(budget)).await;
        let used: u64 = takes[..asked].iter().sum();
        assert_eq!(
            (result, services.asked().len(), took),
            (Err(NoQuote::Late(late)), asked, u128::from(used)),
            "calls of {takes:?} ms on a budget of {budget}: when {late:?} is due {} ms are left, which \
             is less than 20, so it must not be asked, and the caller hears at once",
            budget - used
        );
    }

    let services = Fake::new([500, 480, 1]);
    let (result, _) = run(&services, ms(1_000)).await;
    assert!(
        result.is_ok(),
        "with exactly 20 ms left delivery is asked, and answers in 1 ms: {result:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_passed_on_at_once() {
    let services = Fake {
        refuses: Some(Step::Price),
        ..Fake::new([300, 200, 100])
    };
    let (result, took) = run(&services, ms(1_000)).await;
    let refused = NoQuote::Refused(Step::Price, Refused("no such article".to_owned()));
    assert_eq!(
        (result, took, services.asked().len()),
        (Err(refused), 500, 2),
        "price refuses after 300 + 200 ms; nothing is waited for after that, and nobody is asked"
    );
}

#[tokio::test(start_paused = true)]
async fn the_longest_budget_is_no_limit() {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    let services = Fake::new([1, 86_400_000, 1]);
    let (result, took) = run(&services, Duration::MAX).await;
    assert!(
        result.is_ok() && took == 86_400_002,
        "with Duration::MAX a call may take a day; after {took} ms: {result:?}"
    );
    for (step, left) in services.asked() {
        assert!(
            left > YEAR.as_millis(),
            "with Duration::MAX, {step:?} was told that {left} ms are left, less than a year"
        );
    }
}
