//! The same promises at other values, and two levels deep.

use std::sync::Mutex;
use std::time::Duration;

use probes::live::Tracker;
use timeout_budget::{NoQuote, Quote, Refused, Services, Step, quote};
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
async fn every_split_of_the_budget_is_told_right() {
    for budget in [200_u64, 777, 5_000] {
        for percent in [
            [10, 20, 30],
            [50, 30, 10],
            [1, 1, 97],
            [70, 5, 5],
            [60, 60, 60],
        ] {
            let takes = percent.map(|share: u64| budget * share / 100);
            let services = Fake::new(takes);
            let (result, took) = run(&services, ms(budget)).await;
            let asked: Vec<u128> = services.asked().iter().map(|(_, left)| *left).collect();
            let mut left = u128::from(budget);
            let mut expected = Vec::new();
            for took in takes {
                if left < 20 {
                    break;
                }
                expected.push(left);
                left = left.saturating_sub(u128::from(took));
            }
            let fits = takes.iter().sum::<u64>() <= budget;
            assert_eq!(asked, expected, "{takes:?} ms on a budget of {budget}");
            assert_eq!(result.is_ok(), fits, "{takes:?} ms on a budget of {budget}");
            assert_eq!(
                took,
                u128::from(takes.iter().sum::<u64>().min(budget)),
                "{takes:?} ms on a budget of {budget}"
            );
            assert_eq!(services.requests.alive(), 0);
        }
    }
}

/// Delivery asks for a quote of its own, on the budget that it is told.
struct Nested {
    outer: Fake,
    inner: Fake,
}

impl Services for Nested {
    async fn ask(&self, step: Step, article: &str, left: Duration) -> Result<u64, Refused> {
        if step == Step::Delivery {
            quote(&self.inner, article, left)
                .await
                .map(|quote| quote.days)
                .map_err(|no| Refused(no.to_string()))
        } else {
            self.outer.ask(step, article, left).await
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_below_works_on_what_it_is_told() {
    let services = Nested {
        outer: Fake::new([100, 200, 0]),
        inner: Fake::new([100, 50, 25]),
    };
    let start = Instant::now();
    let result = quote(&services, "lamp", ms(500)).await;
    assert_eq!(result.map(|quote| quote.days), Ok(25));
    assert_eq!(
        services.inner.asked(),
        [(Step::Stock, 200), (Step::Price, 100), (Step::Delivery, 50)],
        "500 ms at the top, 300 used there, then 100 and 50 below"
    );
    assert_eq!(start.elapsed(), ms(475));

    let services = Nested {
        outer: Fake::new([100, 200, 0]),
        inner: Fake::new([100, 85, 1]),
    };
    let result = quote(&services, "lamp", ms(500)).await;
    assert!(
        matches!(&result, Err(NoQuote::Refused(Step::Delivery, Refused(why))) if why.contains("Delivery")),
        "15 ms are left two levels down, and the last service there is not asked: {result:?}"
    );
    assert_eq!(services.inner.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_takes_its_request_along() {
    let services = Fake::new([100, 10_000, 1]);
    {
        let mut quote = std::pin::pin!(quote(&services, "lamp", ms(60_000)));
        tokio::select! {
            biased;
            result = &mut quote => panic!("price takes 10 s, and after 1 s there is {result:?}"),
            () = sleep(ms(1_000)) => {}
        }
        assert_eq!(services.requests.alive(), 1);
    }
    assert_eq!(services.requests.alive(), 0, "requests under way");
}
