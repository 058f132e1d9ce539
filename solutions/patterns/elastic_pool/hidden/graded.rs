//! The same promises at other values, and many stories at random, from fixed seeds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use elastic_pool::{Pool, Settings, Worker};
use probes::live::{Counted, Tracker};
use probes::tasks;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

struct Hand {
    done: Arc<AtomicUsize>,
    _alive: Counted,
}

/// A job takes so long, and panics if that is a multiple of 13.
impl Worker<u64> for Hand {
    async fn work(&mut self, takes: u64) {
        if takes > 0 {
            sleep(ms(takes)).await;
        }
        self.done.fetch_add(1, Ordering::Relaxed);
        assert!(
            takes == 0 || !takes.is_multiple_of(13),
            "as the test wants it to"
        );
    }
}

fn pool(settings: Settings, alive: &Tracker, done: &Arc<AtomicUsize>) -> Pool<u64> {
    let (alive, done) = (alive.clone(), Arc::clone(done));
    Pool::start(settings, move || Hand {
        done: Arc::clone(&done),
        _alive: alive.token(),
    })
}

/// A generator of numbers, so that each story can be told again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

#[tokio::test(start_paused = true)]
async fn in_many_stories_the_bounds_hold_and_no_job_is_lost() {
    for seed in 1..=12 {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let min = dice.below(4) as usize;
        let settings = Settings {
            min,
            max: (min + dice.below(5) as usize).max(1),
            backlog: dice.below(4) as usize,
            idle: ms(5 + dice.below(60)),
        };
        let (alive, done) = (Tracker::new(), Arc::default());
        let pool = pool(settings, &alive, &done);
        sleep(ms(1)).await;
        let mut submitted = 0;
        for _ in 0..100 {
            for _ in 0..dice.below(4) {
                pool.submit(dice.below(40));
                submitted += 1;
            }
            sleep(ms(dice.below(50))).await;
            // A worker that has panicked is replaced in the same moment.
            for _ in 0..8 {
                yield_now().await;
            }
            let now = alive.alive();
            assert!(
                (settings.min..=settings.max).contains(&now),
                "seed {seed}, {settings:?}: there are {now} workers"
            );
        }
        assert!(
            alive.most() <= settings.max,
            "seed {seed}, {settings:?}: at most {}",
            alive.most()
        );
        drop(pool);
        let patience = Instant::now();
        while done.load(Ordering::Relaxed) < submitted && patience.elapsed() < ms(100_000) {
            sleep(ms(50)).await;
        }
        assert_eq!(
            done.load(Ordering::Relaxed),
            submitted,
            "seed {seed}, {settings:?}: jobs done"
        );
        sleep(ms(50)).await;
        assert_eq!(
            (tasks::settle(0).await, alive.alive()),
            (0, 0),
            "seed {seed}, {settings:?}: tasks and workers left"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn without_an_end_to_idleness_nobody_leaves() {
    let settings = Settings {
        min: 0,
        max: 5,
        backlog: 0,
        idle: Duration::MAX,
    };
    let (alive, done) = (Tracker::new(), Arc::default());
    let pool = pool(settings, &alive, &done);
    for _ in 0..7 {
        pool.submit(10);
    }
    sleep(ms(1_000_000)).await;
    assert_eq!(
        (alive.alive(), done.load(Ordering::Relaxed)),
        (5, 7),
        "(workers, jobs done)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_large_backlog_is_worked_on_by_the_fewest() {
    let settings = Settings {
        min: 1,
        max: 9,
        backlog: 100,
        idle: ms(100),
    };
    let (alive, done) = (Tracker::new(), Arc::default());
    let pool = pool(settings, &alive, &done);
    sleep(ms(1)).await;
    // One is begun, and a hundred may wait.
    for _ in 0..101 {
        pool.submit(10);
    }
    sleep(ms(5)).await;
    assert_eq!(
        alive.alive(),
        1,
        "one job is begun, and a hundred wait, as they may"
    );
    pool.submit(10);
    sleep(ms(1)).await;
    assert_eq!(alive.alive(), 2, "one more than may wait");
    sleep(ms(2_000)).await;
    assert_eq!(done.load(Ordering::Relaxed), 102, "jobs done");
}

#[tokio::test(start_paused = true)]
async fn the_last_worker_of_an_empty_pool_may_panic() {
    let settings = Settings {
        min: 0,
        max: 1,
        backlog: 50,
        idle: ms(100),
    };
    let (alive, done) = (Tracker::new(), Arc::default());
    let pool = pool(settings, &alive, &done);
    for _ in 0..6 {
        pool.submit(13);
    }
    pool.submit(5);
    sleep(ms(90)).await;
    assert_eq!(
        done.load(Ordering::Relaxed),
        7,
        "six jobs that panic and one that does not, one worker at most: jobs begun and done within 90 ms"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_threads_submit_and_no_job_is_lost() {
    let settings = Settings {
        min: 0,
        max: 3,
        backlog: 2,
        idle: ms(1),
    };
    let (alive, done) = (Tracker::new(), Arc::default());
    let pool = Arc::new(pool(settings, &alive, &done));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move {
                for n in 0..100 {
                    pool.submit(0);
                    if n % 10 == 0 {
                        // Long enough for workers to leave in between.
                        sleep(ms(2)).await;
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.expect("no caller panics");
    }
    let patience = std::time::Instant::now();
    while done.load(Ordering::Relaxed) < 400 && patience.elapsed() < Duration::from_secs(3) {
        sleep(ms(1)).await;
    }
    assert_eq!(
        done.load(Ordering::Relaxed),
        400,
        "jobs done of 400 that four threads have submitted"
    );
    assert!(
        alive.most() <= 3,
        "max is 3, and there were {} workers",
        alive.most()
    );
}
