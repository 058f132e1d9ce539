//! What is loaded when, and who gets which value. The clock is tokio's, paused: it jumps to the next
//! timer as soon as every task waits.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use batcher::{BatchFailed, Batcher};
use probes::tasks;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The price of an article. No two have the same.
fn price(article: u64) -> u64 {
    article * 100 + 99
}

/// This article makes the database client panic.
const BROKEN: u64 = 13;
/// This article has no price: the database returns a row less.
const UNKNOWN: u64 = 404;

/// The database with the prices. It writes down what is asked, and when, in milliseconds.
#[derive(Clone)]
struct Prices {
    start: Instant,
    loads: Arc<Mutex<Vec<Load>>>,
}

/// When, and which articles.
type Load = (u128, Vec<u64>);

impl Prices {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            loads: Arc::default(),
        }
    }

    async fn load(self, articles: Vec<u64>, takes: Duration) -> Vec<u64> {
        self.loads
            .lock()
            .expect("no panic under the lock")
            .push((self.start.elapsed().as_millis(), articles.clone()));
        sleep(takes).await;
        assert!(
            !articles.contains(&BROKEN),
            "the client panics at article {BROKEN}, as the test wants it to"
        );
        let known = articles.into_iter().filter(|&article| article != UNKNOWN);
        known.map(price).collect()
    }

    fn loads(&self) -> Vec<Load> {
        self.loads.lock().expect("no panic under the lock").clone()
    }
}

/// A batcher for prices, and callers that come by and by.
struct Shop {
    prices: Prices,
    batcher: Arc<Batcher<u64, u64>>,
}

impl Shop {
    fn open(most: usize, patience: Duration, load_takes: Duration) -> Self {
        let prices = Prices::new();
        let database = prices.clone();
        let most = NonZeroUsize::new(most).expect("a batch has room");
        let batcher = Batcher::start(most, patience, move |articles| {
            database.clone().load(articles, load_takes)
        });
        Self {
            prices,
            batcher: Arc::new(batcher),
        }
    }

    /// A caller that comes after so many milliseconds and asks for the price. It returns the price, and
    /// when it got it.
    fn ask(&self, comes: u64, article: u64) -> JoinHandle<(Result<u64, BatchFailed>, u128)> {
        let (batcher, start) = (Arc::clone(&self.batcher), self.prices.start);
        tokio::spawn(async move {
            sleep(ms(comes)).await;
            let answer = timeout(DAY, batcher.get(article)).await;
            let answer = answer.unwrap_or_else(|_| panic!("article {article}: no answer in a day"));
            (answer, start.elapsed().as_millis())
        })
    }
}

/// What callers got and when, in their order.
async fn all<T: 'static>(callers: impl IntoIterator<Item = JoinHandle<T>>) -> Vec<T> {
    let mut got = Vec::new();
    for caller in callers {
        match caller.await {
            Ok(answer) => got.push(answer),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    got
}

#[tokio::test(start_paused = true)]
async fn each_caller_gets_its_own_value() {
    let shop = Shop::open(3, ms(5), ms(1));
    // Two of them ask for article 2.
    let articles = [7, 2, 5, 2, 1, 9, 8];
    let got = all(articles.map(|article| shop.ask(0, article))).await;
    for (article, (value, _)) in articles.iter().zip(&got) {
        assert_eq!(
            *value,
            Ok(price(*article)),
            "a caller asks for article {article} and must get its price"
        );
    }
    let sizes: Vec<usize> = shop.prices.loads().iter().map(|(_, b)| b.len()).collect();
    assert_eq!(
        sizes,
        [3, 3, 1],
        "7 callers come at once, and a batch has room for 3"
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_is_loaded_at_once() {
    let shop = Shop::open(3, Duration::MAX, ms(1));
    let callers = [(0, 1), (0, 2), (20, 3), (50, 4), (50, 5), (50, 6)];
    all(callers.map(|(comes, article)| shop.ask(comes, article))).await;
    assert_eq!(
        shop.prices.loads(),
        [(20, vec![1, 2, 3]), (50, vec![4, 5, 6])],
        "a batch of 3 must be loaded in the moment in which its third key comes; patience has no end here"
    );
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_loaded_when_its_first_key_has_waited_long_enough() {
    let shop = Shop::open(50, ms(5), ms(1));
    // A key every 3 ms, from 0 to 33 ms.
    let callers = (0..12).map(|n| shop.ask(3 * n, n));
    all(callers.collect::<Vec<_>>()).await;
    assert_eq!(
        shop.prices.loads(),
        [
            (5, vec![0, 1]),
            (11, vec![2, 3]),
            (17, vec![4, 5]),
            (23, vec![6, 7]),
            (29, vec![8, 9]),
            (35, vec![10, 11]),
        ],
        "article n is asked for after 3n ms, patience is 5 ms, and there is room for 50; a batch must be \
         loaded 5 ms after it was begun, counted from its first key, whatever comes after that"
    );
}

#[tokio::test(start_paused = true)]
async fn keys_are_collected_while_a_batch_is_loaded() {
    let shop = Shop::open(2, ms(5), ms(200));
    let callers = [(0, 1), (0, 2), (10, 3), (10, 4), (100, 5)];
    let got = all(callers.map(|(comes, article)| shop.ask(comes, article))).await;
    assert_eq!(
        shop.prices.loads(),
        [(0, vec![1, 2]), (10, vec![3, 4]), (105, vec![5])],
        "each load takes 200 ms, and the next batch must not wait for the load of the one before"
    );
    let when: Vec<u128> = got.iter().map(|&(_, when)| when).collect();
    assert_eq!(
        when,
        [200, 200, 210, 210, 305],
        "each caller must be answered when its own load is done"
    );
}

#[tokio::test(start_paused = true)]
async fn a_load_that_panics_fails_its_own_batch_only() {
    let shop = Shop::open(2, ms(5), ms(100));
    let callers = [(0, BROKEN), (0, 1), (50, 2), (50, 3), (300, 4)];
    let got = all(callers.map(|(comes, article)| shop.ask(comes, article))).await;
    assert_eq!(
        got,
        [
            (Err(BatchFailed), 100),
            (Err(BatchFailed), 100),
            (Ok(price(2)), 150),
            (Ok(price(3)), 150),
            (Ok(price(4)), 405),
        ],
        "the first load panics after 100 ms; its two callers must be told at once, a batch that is under \
         way goes on, and later ones are loaded as ever"
    );
}

#[tokio::test(start_paused = true)]
async fn a_load_with_a_value_missing_fails_its_own_batch_only() {
    let shop = Shop::open(3, ms(5), ms(100));
    let callers = [(0, UNKNOWN), (0, 1), (0, 2), (300, 3)];
    let got = all(callers.map(|(comes, article)| shop.ask(comes, article))).await;
    assert_eq!(
        got,
        [
            (Err(BatchFailed), 100),
            (Err(BatchFailed), 100),
            (Err(BatchFailed), 100),
            (Ok(price(3)), 405),
        ],
        "3 keys and 2 values: whose value is missing can't be told, and if callers and values are paired \
         all the same, somebody gets the price of another article"
    );
}

#[tokio::test(start_paused = true)]
async fn callers_that_go_away_disturb_nobody() {
    let shop = Shop::open(10, ms(5), ms(100));
    let mut leaving = JoinSet::new();
    // One goes while keys are collected, one while they are loaded.
    for (article, patience) in [(1, ms(2)), (2, ms(50))] {
        let batcher = Arc::clone(&shop.batcher);
        leaving.spawn(async move {
            assert!(timeout(patience, batcher.get(article)).await.is_err());
        });
    }
    let staying = [shop.ask(0, 3), shop.ask(200, 4)];
    assert_eq!(
        all(staying).await,
        [(Ok(price(3)), 105), (Ok(price(4)), 305)],
        "two callers go away, after 2 and 50 ms; the others must get their values as if they had not"
    );
    leaving.join_all().await;

    drop(shop);
    sleep(ms(200)).await;
    let tasks = tasks::settle(0).await;
    assert_eq!(
        tasks, 0,
        "the batcher was dropped, nothing is under way, and so many tasks are alive"
    );
}
