//! Answers that come out of order, work that is never run, a first request that is not alone, and a day of requests.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use slow_request::{Background, Bank, FRESH, FetchError, Rates, Table, USABLE};

/// A bank that counts its answers: the n-th table has the number n in it.
#[derive(Default)]
struct Counting {
    asked: AtomicU64,
    down: AtomicBool,
    panics: AtomicBool,
    /// What else happens while the bank is asked.
    meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Bank for Counting {
    fn fetch(&self) -> Result<Table, FetchError> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let meanwhile = self
            .meanwhile
            .lock()
            .expect("no panic under the lock")
            .take();
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        assert!(
            !self.panics.load(Ordering::Relaxed),
            "a panic of the bank's library, and meant to be"
        );
        if self.down.load(Ordering::Relaxed) {
            return Err(FetchError);
        }
        Ok(Table(vec![("CHF", number)]))
    }
}

/// Keeps work until a test runs it.
#[derive(Default)]
struct Later(Mutex<Vec<Box<dyn FnOnce() + Send>>>);

impl Later {
    fn take(&self) -> Vec<Box<dyn FnOnce() + Send>> {
        std::mem::take(&mut self.0.lock().expect("no panic under the lock"))
    }
}

impl Background for Later {
    fn run(&self, work: Box<dyn FnOnce() + Send>) {
        self.0.lock().expect("no panic under the lock").push(work);
    }
}

struct Service {
    bank: Arc<Counting>,
    later: Arc<Later>,
    rates: Arc<Rates>,
}

impl Service {
    fn new() -> Self {
        let (bank, later) = (Arc::<Counting>::default(), Arc::<Later>::default());
        let rates = Arc::new(Rates::new(bank.clone(), later.clone()));
        Self { bank, later, rates }
    }

    /// The number of the table that a request gets; 0 for an error.
    fn get(&self, now: Duration) -> u64 {
        self.rates.get(now).map_or(0, |table| table.0[0].1)
    }

    fn asked(&self) -> u64 {
        self.bank.asked.load(Ordering::Relaxed)
    }
}

#[test]
fn work_that_is_never_run_is_given_out_again() {
    let service = Service::new();
    service.get(Duration::ZERO);
    service.get(FRESH);
    let dropped = service.later.take();
    assert_eq!(dropped.len(), 1, "a refresh is given to the background");
    drop(dropped);
    service.get(FRESH);
    assert_eq!(
        service.later.take().len(),
        1,
        "the background was full and threw the work away; the next request gives it out again"
    );
}

#[test]
fn an_answer_of_before_does_not_replace_a_newer_one() {
    let service = Service::new();
    service.get(Duration::ZERO);
    service.get(FRESH);
    let late = service.later.take();
    let newer = service.get(FRESH + USABLE);
    late.into_iter().for_each(|work| work());
    let after = service.get(FRESH + USABLE);
    assert_eq!(
        (newer, after, service.later.take().len()),
        (2, 2, 0),
        "a refresh of ten minutes ago ran only now: the rates are still those that were asked for since, and fresh"
    );
}

#[test]
fn who_has_to_ask_the_bank_keeps_nobody_waiting() {
    let service = Service::new();
    let (answer, answered) = channel();
    let rates = service.rates.clone();
    *service
        .bank
        .meanwhile
        .lock()
        .expect("no panic under the lock") = Some(Box::new(move || {
        let (ask, asked) = channel();
        thread::spawn(move || ask.send(rates.get(Duration::ZERO).map(|table| table.0[0].1)));
        // Long, for a machine with other things to do; a request that does not wait is back at once.
        let _ = answer.send(asked.recv_timeout(Duration::from_secs(2)));
    }));
    let first = service.get(Duration::ZERO);
    assert_eq!(
        (first, answered.try_recv()),
        (1, Ok(Ok(Ok(2)))),
        "there are no rates yet. While the first request asked the bank, a second came: it asks the bank itself and has its \
         answer without waiting for the first one's (left: what each of them got; `Timeout` is nothing within two seconds)"
    );
}

#[test]
fn over_a_day_no_request_asks_but_the_first() {
    let service = Service::new();
    let mut old = Duration::ZERO;
    for second in 0..20_000_u32 {
        let now = Duration::from_secs(second.into());
        let before = service.asked();
        assert_ne!(service.get(now), 0, "the bank is well");
        if second > 0 {
            assert_eq!(
                service.asked(),
                before,
                "second {second}: a request has asked the bank itself"
            );
        }
        // The background is busy now and then, for up to 7 s.
        if second % 7 == 0 {
            for work in service.later.take() {
                work();
                old = old.max(FRESH);
            }
        }
    }
    let asked = service.asked();
    assert!(
        (250..=334).contains(&asked),
        "in 20,000 s the bank is asked about once a minute, and was {asked} times"
    );
    assert_eq!(old, FRESH, "refreshes were given to the background");
}
