//! What a job costs on a pool, beside a thread for each job behind a semaphore. Works once stage 1 is done.
//!
//! Times of several threads differ from run to run and from machine to machine. Read the ratio, and only
//! its order of magnitude.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use workerpool::Pool;

const JOBS: u64 = 2_000;
const AT_ONCE: usize = 4;
const ROUNDS: usize = 7;

fn main() {
    let mut pairs: Vec<(Duration, Duration)> =
        (0..ROUNDS).map(|_| (time(threads), time(pool))).collect();
    // The median of the pairs: a disturbance hits both or is outvoted.
    pairs.sort_by(|a, b| ratio(*a).total_cmp(&ratio(*b)));
    let median = pairs[ROUNDS / 2];
    let per_job = |all: Duration| all.as_nanos() / u128::from(JOBS);
    println!("{JOBS} jobs, {AT_ONCE} at once, median of {ROUNDS} pairs");
    println!(
        "  a thread for each, behind a semaphore  {:>8} ns a job",
        per_job(median.0)
    );
    println!(
        "  a pool                                 {:>8} ns a job",
        per_job(median.1)
    );
    println!(
        "  ratio                                  {:>8.1}",
        ratio(median)
    );
}

fn ratio((threads, pool): (Duration, Duration)) -> f64 {
    threads.as_secs_f64() / pool.as_secs_f64()
}

fn time(work: fn(&Arc<AtomicU64>)) -> Duration {
    let sum = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    work(&sum);
    let took = start.elapsed();
    assert_eq!(
        sum.load(Ordering::Relaxed),
        JOBS,
        "each job has run when the pool is gone, which is what stage 1 is about"
    );
    took
}

fn threads(sum: &Arc<AtomicU64>) {
    let permits = Arc::new((Mutex::new(AT_ONCE), Condvar::new()));
    let handles: Vec<_> = (0..JOBS)
        .map(|_| {
            let free = permits.0.lock().unwrap_or_else(PoisonError::into_inner);
            let free = permits.1.wait_while(free, |free| *free == 0);
            *free.unwrap_or_else(PoisonError::into_inner) -= 1;
            let (permits, sum) = (Arc::clone(&permits), Arc::clone(sum));
            thread::spawn(move || {
                sum.fetch_add(1, Ordering::Relaxed);
                *permits.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                permits.1.notify_one();
            })
        })
        .collect();
    for handle in handles {
        handle.join().expect("adding one does not panic");
    }
}

fn pool(sum: &Arc<AtomicU64>) {
    let workers = NonZeroUsize::new(AT_ONCE).unwrap_or(NonZeroUsize::MIN);
    // Its threads are part of the price: started here, and joined in the drop.
    let pool = Pool::builder("beside").workers(workers).start();
    let pool = pool.expect("threads start");
    for _ in 0..JOBS {
        let sum = Arc::clone(sum);
        let job = move || {
            sum.fetch_add(1, Ordering::Relaxed);
        };
        pool.execute(job).expect("the pool is open");
    }
}
