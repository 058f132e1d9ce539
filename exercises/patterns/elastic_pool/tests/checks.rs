//! How many workers there are, and when that changes. The clock is tokio's, paused: it jumps to the
//! next timer as soon as every task waits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use elastic_pool::{Pool, Settings, Worker};
use probes::live::{Counted, Tracker};
use probes::tasks;
use tokio::time::{Instant, sleep};

const IDLE: Duration = ms(1_000);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A document to print.
#[derive(Debug, Clone, Copy)]
struct Document {
    number: u32,
    takes: u64,
    breaks: bool,
}

/// The browser that prints it. It is hired, and its life is counted.
struct Browser {
    number: usize,
    farm: Farm,
    _alive: Counted,
}

impl Worker<Document> for Browser {
    async fn work(&mut self, document: Document) {
        let start = self.farm.start.elapsed().as_millis();
        self.farm.begun().push((document.number, start));
        sleep(ms(document.takes)).await;
        assert!(
            !document.breaks,
            "browser {} breaks down, as the test wants it to",
            self.number
        );
        let end = self.farm.start.elapsed().as_millis();
        self.farm
            .done
            .lock()
            .expect("no panic under the lock")
            .push((document.number, end));
    }
}

/// What all browsers have done, and how many of them there are.
#[derive(Clone)]
struct Farm {
    start: Instant,
    browsers: Tracker,
    hired: Arc<AtomicUsize>,
    /// Documents and when they were begun and done.
    begun: Arc<Mutex<Vec<(u32, u128)>>>,
    done: Arc<Mutex<Vec<(u32, u128)>>>,
}

impl Farm {
    fn open(min: usize, max: usize, backlog: usize) -> (Self, Pool<Document>) {
        let farm = Self {
            start: Instant::now(),
            browsers: Tracker::new(),
            hired: Arc::default(),
            begun: Arc::default(),
            done: Arc::default(),
        };
        let settings = Settings {
            min,
            max,
            backlog,
            idle: IDLE,
        };
        let hiring = farm.clone();
        let pool = Pool::start(settings, move || Browser {
            number: hiring.hired.fetch_add(1, Ordering::Relaxed),
            _alive: hiring.browsers.token(),
            farm: hiring.clone(),
        });
        (farm, pool)
    }

    fn begun(&self) -> std::sync::MutexGuard<'_, Vec<(u32, u128)>> {
        self.begun.lock().expect("no panic under the lock")
    }

    fn done(&self) -> Vec<(u32, u128)> {
        self.done.lock().expect("no panic under the lock").clone()
    }

    /// How many workers there are, a moment later: what a submit has started needs a turn of the runtime.
    async fn workers(&self) -> usize {
        sleep(ms(1)).await;
        self.browsers.alive()
    }

    fn hired(&self) -> usize {
        self.hired.load(Ordering::Relaxed)
    }
}

fn document(number: u32, takes: u64) -> Document {
    Document {
        number,
        takes,
        breaks: false,
    }
}

#[tokio::test(start_paused = true)]
async fn jobs_are_begun_in_their_order_and_done_once() {
    let (farm, pool) = Farm::open(1, 1, 0);
    for number in 0..50 {
        pool.submit(document(number, 10));
    }
    sleep(ms(600)).await;
    let expected: Vec<(u32, u128)> = (0..50).map(|n| (n, 10 * u128::from(n))).collect();
    assert_eq!(
        *farm.begun(),
        expected,
        "50 jobs of 10 ms and one worker: (job, when it was begun)"
    );
    assert_eq!(farm.done().len(), 50, "jobs that were done");
}

#[tokio::test(start_paused = true)]
async fn the_fewest_stay_for_ever() {
    let (farm, pool) = Farm::open(3, 8, 0);
    assert_eq!(
        farm.workers().await,
        3,
        "workers of a pool with min 3 that has started"
    );
    for minutes in 1..=3 {
        sleep(ms(60_000)).await;
        assert_eq!(
            (farm.workers().await, farm.hired()),
            (3, 3),
            "min is 3, and nothing was to do for {minutes} minutes: (workers there are, workers ever hired); they \
             must be the ones that the pool has started with"
        );
    }
    drop(pool);
}

#[tokio::test(start_paused = true)]
async fn it_grows_with_the_backlog_and_no_further() {
    let (farm, pool) = Farm::open(2, 4, 1);
    sleep(ms(1)).await;
    // Two idle workers take two jobs. One job may wait.
    let expected = [(1, 2), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 4)];
    for (number, workers) in expected {
        pool.submit(document(number, 500));
        assert_eq!(
            farm.workers().await,
            workers,
            "min 2, max 4, and 1 job may wait: workers beside {number} jobs of 500 ms that were submitted one \
             after the other"
        );
    }
    assert!(farm.browsers.most() <= 4, "max is 4");
    sleep(ms(2_000)).await;
    assert_eq!(farm.done().len(), 7, "jobs that were done");
    drop(pool);

    let (farm, pool) = Farm::open(3, 6, 0);
    sleep(ms(1)).await;
    for number in 1..=3 {
        pool.submit(document(number, 100));
    }
    assert_eq!(
        (farm.workers().await, farm.hired()),
        (3, 3),
        "three workers are idle, max is 6, and three jobs are submitted at once: (workers, workers ever \
         hired); nobody is hired beside an idle worker"
    );
}

#[tokio::test(start_paused = true)]
async fn workers_leave_when_they_have_been_idle() {
    let (farm, pool) = Farm::open(1, 4, 0);
    sleep(ms(1)).await;
    // They are idle from 101, 201, 301 and 401 ms on.
    for number in 1..=4 {
        pool.submit(document(number, u64::from(number) * 100));
    }
    for (until, workers) in [
        (1_090, 4),
        (1_110, 3),
        (1_190, 3),
        (1_210, 2),
        (1_310, 1),
        (9_999, 1),
    ] {
        sleep(ms(until).saturating_sub(farm.start.elapsed())).await;
        assert_eq!(
            farm.workers().await,
            workers,
            "four workers were done at 101, 201, 301 and 401 ms, and leave when they have been idle for \
             1,000 ms, except the last: workers beside an empty queue at {until} ms"
        );
    }
    drop(pool);
}

#[tokio::test(start_paused = true)]
async fn a_trickle_of_jobs_does_not_keep_everybody() {
    let (farm, pool) = Farm::open(1, 10, 0);
    for number in 0..10 {
        pool.submit(document(number, 100));
    }
    assert_eq!(farm.workers().await, 10, "ten jobs at once, max 10");
    sleep(ms(200)).await;
    // One job at a time from now on, every 50 ms. Shared out evenly, each worker gets one every 500 ms.
    for number in 0..100 {
        pool.submit(document(10 + number, 1));
        sleep(ms(50)).await;
    }
    let workers = farm.workers().await;
    assert_eq!(farm.done().len(), 110, "jobs that were done");
    assert_eq!(
        workers, 1,
        "for 5 s there was one short job at a time; it must go to the worker that became idle last, and the \
         other workers must be left alone so that they can leave after 1,000 ms"
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_costs_no_capacity() {
    let (farm, pool) = Farm::open(2, 3, 0);
    for round in 1..=5 {
        for number in 0..6 {
            pool.submit(Document {
                number,
                takes: 10,
                breaks: true,
            });
        }
        sleep(ms(100)).await;
        let workers = farm.workers().await;
        assert!(
            (2..=3).contains(&workers),
            "min is 2 and max is 3: workers after {} jobs that have panicked: {workers}",
            6 * round
        );
    }
    let begun = farm.begun().len();
    assert_eq!(
        begun, 30,
        "of 30 jobs that panic, so many were begun: {begun}"
    );
    let start = farm.start.elapsed();
    for number in 100..103 {
        pool.submit(document(number, 10));
    }
    sleep(ms(50)).await;
    let took: Vec<u128> = farm
        .done()
        .iter()
        .map(|(_, end)| end - start.as_millis())
        .collect();
    assert_eq!(
        took,
        [10, 10, 10],
        "after 30 panics three jobs of 10 ms are submitted, and max is 3: they must run at the same time"
    );
    assert!(
        farm.browsers.most() <= 3,
        "max is 3, and there were {}",
        farm.browsers.most()
    );
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_may_be_empty_does_every_job() {
    let (farm, pool) = Farm::open(0, 2, 5);
    assert_eq!(farm.workers().await, 0, "min is 0");
    // A job takes 10 ms, and its worker leaves 1,000 ms later. Jobs come a moment before that, at that
    // moment, and a moment after it.
    let pauses = [0, 1_009, 1_010, 1_011, 1_010, 1_010, 5_000];
    for (done, pause) in pauses.into_iter().enumerate() {
        sleep(ms(pause)).await;
        assert_eq!(
            farm.done().len(),
            done,
            "min is 0 and up to 5 jobs may wait; {done} jobs came one after the other, and the last of them was \
             not done {pause} ms later: jobs that were done"
        );
        pool.submit(document(1, 10));
    }
    sleep(ms(20)).await;
    assert_eq!(farm.done().len(), pauses.len(), "jobs that were done");
    sleep(IDLE).await;
    assert_eq!(
        farm.workers().await,
        0,
        "nothing was to do for longer than idle, and min is 0"
    );
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_is_dropped_does_its_jobs_and_leaves_nothing() {
    let (farm, pool) = Farm::open(2, 4, 2);
    sleep(ms(1)).await;
    for number in 0..20 {
        pool.submit(document(number, 10));
    }
    drop(pool);
    // Twenty jobs for four workers take 50 ms; nobody has to be idle for 1,000 ms to leave after that.
    sleep(ms(60)).await;
    assert_eq!(
        farm.done().len(),
        20,
        "20 jobs were submitted, and then the pool was dropped: jobs that were done 60 ms later"
    );
    let tasks = tasks::settle(0).await;
    assert_eq!(
        (tasks, farm.browsers.alive()),
        (0, 0),
        "the jobs of a pool that was dropped have been done: (tasks, workers) that are left"
    );

    let (farm, pool) = Farm::open(1, 4, 0);
    for number in 0..4 {
        pool.submit(document(number, 10));
    }
    sleep(ms(100)).await;
    assert_eq!(farm.workers().await, 4, "four jobs at once, max 4");
    drop(pool);
    let tasks = tasks::settle(0).await;
    assert_eq!(
        (tasks, farm.browsers.alive()),
        (0, 0),
        "a pool was dropped whose four workers were idle: (tasks, workers) that are left at once"
    );
}
