//! Who asks the bank, who waits for it, and which rates a request gets.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use slow_request::{Background, Bank, FRESH, FetchError, Rates, Table, USABLE};

const MS: Duration = Duration::from_millis(1);

/// A moment long after the start of the service.
const NOON: Duration = Duration::from_secs(43_200);

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
fn fresh_rates_are_not_asked_for_again() {
    let service = Service::new();
    assert_eq!(
        service.get(NOON),
        1,
        "the first request of all has to wait for the bank"
    );
    for now in [NOON, NOON + MS, NOON + FRESH - MS] {
        assert_eq!(service.get(now), 1, "rates are fresh for {FRESH:?}");
    }
    assert_eq!(
        (service.asked(), service.later.take().len()),
        (1, 0),
        "nobody has to ask the bank while rates are fresh, in the background neither"
    );
}

#[test]
fn no_request_waits_for_a_refresh() {
    let service = Service::new();
    service.get(NOON);
    assert_eq!(
        (service.get(NOON + FRESH), service.asked()),
        (1, 1),
        "rates of {FRESH:?} ago are good for this request: it takes them and does not ask the bank itself"
    );
    for _ in 0..50 {
        service.get(NOON + FRESH + MS);
    }
    let work = service.later.take();
    assert_eq!(
        work.len(),
        1,
        "51 requests have found the rates old: one refresh is given to the background, not one for each"
    );
    work.into_iter().for_each(|work| work());
    assert_eq!(
        (service.get(NOON + FRESH + MS * 200), service.asked()),
        (2, 2),
        "after the refresh requests get the new rates"
    );
    assert_eq!(
        service.get(NOON + FRESH * 2 - MS),
        2,
        "which are fresh, counted from when they were asked for"
    );
    assert_eq!(service.later.take().len(), 0, "so nothing is to be done");
    service.get(NOON + FRESH * 2);
    assert_eq!(
        service.later.take().len(),
        1,
        "until they are {FRESH:?} old in their turn"
    );
}

#[test]
fn nobody_waits_while_the_bank_is_asked() {
    let service = Service::new();
    service.get(NOON);
    let (answer, answered) = channel();
    let rates = service.rates.clone();
    *service
        .bank
        .meanwhile
        .lock()
        .expect("no panic under the lock") = Some(Box::new(move || {
        let (ask, asked) = channel();
        thread::spawn(move || ask.send(rates.get(NOON + FRESH).map(|table| table.0[0].1)));
        // Long, for a machine with other things to do; a request that does not wait is back at once.
        let _ = answer.send(asked.recv_timeout(Duration::from_secs(2)));
    }));
    service.get(NOON + FRESH);
    service.later.take().into_iter().for_each(|work| work());
    assert_eq!(
        answered.try_recv(),
        Ok(Ok(Ok(1))),
        "while the bank was asked, another request wanted the rates. It has to get the old ones at once, not when the bank has \
         answered (left: what it got; `Timeout` is nothing within two seconds)"
    );
}

#[test]
fn a_refresh_that_failed_is_tried_again() {
    let service = Service::new();
    service.get(NOON);
    service.bank.down.store(true, Ordering::Relaxed);
    for minute in 1..4 {
        assert_eq!(
            service.get(NOON + FRESH * minute),
            1,
            "the bank is down, {minute} min after the rates were fetched: old rates are better than none"
        );
        let work = service.later.take();
        assert_eq!(
            work.len(),
            1,
            "the refresh of a minute ago has failed, so a request of now has it tried again"
        );
        work.into_iter().for_each(|work| work());
    }
    service.bank.down.store(false, Ordering::Relaxed);
    service.bank.panics.store(true, Ordering::Relaxed);
    service.get(NOON + FRESH * 4);
    for work in service.later.take() {
        let _ = catch_unwind(AssertUnwindSafe(work));
    }
    service.bank.panics.store(false, Ordering::Relaxed);
    assert_eq!(
        service.get(NOON + FRESH * 5),
        1,
        "the bank's library panicked, and the old rates are there"
    );
    let work = service.later.take();
    assert_eq!(
        work.len(),
        1,
        "a refresh that panicked is over, too: it must be tried again, or rates are never new again"
    );
    work.into_iter().for_each(|work| work());
    assert_eq!(
        service.get(NOON + FRESH * 5),
        service.asked(),
        "at last the bank has answered"
    );
}

#[test]
fn rates_that_are_too_old_are_not_used() {
    let service = Service::new();
    service.get(NOON);
    assert_eq!(
        service.get(NOON + USABLE - MS),
        1,
        "rates may be used for {USABLE:?}"
    );
    service.later.take();
    assert_eq!(
        service.get(NOON + USABLE),
        2,
        "after {USABLE:?} a wrong price is worse than a late one: this request waits for the bank"
    );
    service.bank.down.store(true, Ordering::Relaxed);
    assert_eq!(
        service.rates.get(NOON + USABLE * 2),
        Err(FetchError),
        "rates that are too old, and a bank that does not answer"
    );
}
