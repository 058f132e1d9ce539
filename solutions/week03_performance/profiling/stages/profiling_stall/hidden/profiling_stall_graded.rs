//! Many batches, and a task that counts its turns.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use profiling::{Alarm, Monitor, Pager, PagerError, Rules};

/// A telephone that is answered when a task says so, or at once.
#[derive(Clone)]
struct Phone {
    answered: Arc<AtomicBool>,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    called: Arc<Mutex<Vec<String>>>,
    runtime: ThreadId,
}

impl Phone {
    fn new(answered: bool) -> Self {
        Self {
            answered: Arc::new(AtomicBool::new(answered)),
            now: Arc::default(),
            most: Arc::default(),
            called: Arc::default(),
            runtime: thread::current().id(),
        }
    }
}

impl Pager for Phone {
    fn call(&self, alarm: &Alarm) -> Result<(), PagerError> {
        assert_ne!(
            thread::current().id(),
            self.runtime,
            "the pager was called on the thread of the runtime"
        );
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let called = self.called.lock();
        called
            .unwrap_or_else(PoisonError::into_inner)
            .push(alarm.probe.clone());
        let start = Instant::now();
        while !self.answered.load(Ordering::SeqCst) && start.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(1));
        }
        self.now.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    }
}

fn monitor(phone: &Phone) -> Arc<Monitor<Phone>> {
    Arc::new(Monitor::new(Rules::new([("*", 0)]), phone.clone()))
}

#[tokio::test]
async fn a_heart_beats_while_telephones_ring() {
    let phone = Phone::new(false);
    let monitor = monitor(&phone);
    let send = |n: usize| {
        let monitor = Arc::clone(&monitor);
        tokio::spawn(async move { monitor.receive(&format!("warm-{n} 1 1\n")).await })
    };
    let mut batches = Vec::new();
    for turn in 0..1_000 {
        if turn % 50 == 0 {
            batches.push(send(turn));
        }
        tokio::task::yield_now().await;
    }
    assert!(
        batches.iter().all(|batch| !batch.is_finished()),
        "nobody has answered, and a batch is"
    );
    phone.answered.store(true, Ordering::SeqCst);
    for batch in batches {
        let taken = batch.await.expect("no batch panics");
        assert_eq!(taken, Ok(1), "one alarm, and one call that was taken");
    }
}

#[tokio::test]
async fn forty_batches_are_called_for_in_their_own_order() {
    let phone = Phone::new(true);
    let monitor = monitor(&phone);
    let send = |n: usize| {
        let monitor = Arc::clone(&monitor);
        let lines = (0..5).map(|alarm| format!("{n}/{alarm} 1 1\n"));
        let text: String = lines.collect();
        tokio::spawn(async move { monitor.receive(&text).await })
    };
    let batches: Vec<_> = (0..40).map(send).collect();
    for batch in batches {
        let taken = batch.await.expect("no batch panics");
        assert_eq!(taken, Ok(5), "five alarms, and five calls that were taken");
    }
    let called = phone.called.lock();
    let called = called.unwrap_or_else(PoisonError::into_inner);
    for n in 0..40 {
        let of_batch = called.iter().filter_map(|probe| {
            let (batch, alarm) = probe.split_once('/')?;
            (batch == n.to_string()).then_some(alarm)
        });
        let order: Vec<&str> = of_batch.collect();
        assert_eq!(
            order,
            ["0", "1", "2", "3", "4"],
            "the calls for batch {n} of forty, in the order in which they began"
        );
    }
    let most = phone.most.load(Ordering::SeqCst);
    assert!(most <= 4, "{most} calls at once, and there are four lines");
}
