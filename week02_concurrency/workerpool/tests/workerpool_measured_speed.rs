//! How long a map of a thousand small items takes, with one worker.

use std::num::NonZeroUsize;
use std::sync::{Arc, mpsc};

use workerpool::Pool;

/// A job for each item. The pool that everybody started with has no `map`, and gets this one, so that there
/// is something to measure beside; a pool that has its own keeps it, because a method of the type comes
/// before that of a trait.
#[allow(dead_code, reason = "whoever has got to stage 3 has a `map`")]
trait JobForEach {
    fn map<F: Fn(u64) -> u64 + Send + Sync + 'static>(&self, items: Vec<u64>, each: F) -> Vec<u64>;
}

impl JobForEach for Pool {
    fn map<F: Fn(u64) -> u64 + Send + Sync + 'static>(&self, items: Vec<u64>, each: F) -> Vec<u64> {
        let each = Arc::new(each);
        let (tell, told) = mpsc::channel();
        for (at, item) in items.into_iter().enumerate() {
            let (each, tell) = (Arc::clone(&each), tell.clone());
            let job = move || {
                let _ = tell.send((at, each(item)));
            };
            self.execute(job).expect("the pool is open");
        }
        drop(tell);
        let mut outcomes: Vec<_> = told.into_iter().collect();
        outcomes.sort_unstable();
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }
}

#[test]
fn map_of_small_items() {
    let pool = Pool::builder("wp-speed")
        .workers(NonZeroUsize::MIN)
        .start()
        .expect("threads start");
    probes::speed::report("map_of_small_items", || {
        let items: Vec<u64> = (0..1_000).collect();
        pool.map(items, |n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 7)
    });
}
